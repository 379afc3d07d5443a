import { setTimeout as sleep } from "node:timers/promises";
import { Failure, type FailureCode } from "../../errors/failure.ts";
import { mapAzureError } from "../error-mapping.ts";

/** Causes that are the provider's alone: its credential, this machine, or a host that all customers have in common. */
const certain: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "CredentialMissing",
  "SecretMissing",
  "SecretUnreadable",
  "SecretEmpty",
  "CertificateUnusable",
  "EnvironmentCredentialMissing",
  "NoAssertion",
  "ManagedIdentityUnavailable",
  "NoToken",
  "PipelineAddressUntrusted",
  "CredentialUnavailableError",
  "AuthenticationRequiredError",
  "AADSTS7000215",
  "AADSTS7000222",
  "AADSTS700027",
  "AADSTS700024",
  "AADSTS50027",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "CertificateNotTrusted",
  "ProxyInvalid",
  "ProxyAuthenticationRequired",
]);

/** For this long a failure that all customers share is answered without another request. */
const remembered = 5_000;
/** How long a failure that may be one tenant's waits for the outcome of other tenants. */
const comparison = 1_000;

const isOfNetwork = ({ kind, code }: Failure) =>
  kind === "unavailable" || code === "CredentialUnavailableError" || code === "ManagedIdentityUnavailable";

type Times = { readonly now?: () => number; readonly comparisonMilliseconds?: number };

/**
 * Answers for the provider's own credential once for all customers. A failure that is the provider's is marked as `shared`. Where
 * it is of the network, every other request fails with it at once for some seconds. Where the service or the network failed, two tenants must have failed
 * alike, and no tenant may have succeeded meanwhile: one tenant's outage is never taken for the provider's.
 */
export function createOwnFailureGuard({
  now = () => performance.now(),
  comparisonMilliseconds = comparison,
}: Times = {}) {
  let shared: { readonly failure: Failure; readonly until: number } | undefined;
  let suspects = new Set<string>();
  let lastSuccess = Number.NEGATIVE_INFINITY;
  let running = 0;
  let settled = Promise.withResolvers<void>();
  const outcome = () => {
    settled.resolve();
    settled = Promise.withResolvers<void>();
  };
  const share = (failure: Failure): Failure => {
    const own = failure.with({ shared: true });
    // What costs no request is tried again: somebody may have fixed it.
    if (isOfNetwork(own)) shared = { failure: own, until: now() + remembered };
    return own;
  };

  const compared = async (failure: Failure, tenant: string): Promise<Failure> => {
    suspects.add(tenant);
    outcome();
    const mine = suspects;
    if (mine.size > 1) return share(failure);
    const deadline = sleep(comparisonMilliseconds, undefined, { ref: false });
    let isOver = false;
    deadline.then(() => {
      isOver = true;
    });
    while (running > 0 && !isOver && mine.size === 1 && mine === suspects)
      await Promise.race([settled.promise, deadline]);
    return mine.size > 1 ? share(failure) : failure;
  };

  /** A request for this tenant. What it throws is a Failure, or no failure of Azure. */
  return async <T>(tenant: string, request: () => Promise<T>): Promise<T> => {
    if (shared && now() < shared.until) throw shared.failure;
    running += 1;
    const began = now();
    try {
      const result = await request();
      lastSuccess = now();
      suspects = new Set();
      shared = undefined;
      return result;
    } catch (error) {
      const failure = mapAzureError(error, { customer: "the provider", tenant, namespace: "" });
      if (!(failure instanceof Failure)) throw error;
      if (certain.has(failure.code)) throw share(failure);
      if (failure.kind !== "unavailable" || lastSuccess >= began) throw error;
      running -= 1;
      try {
        throw await compared(failure, tenant);
      } finally {
        running += 1;
      }
    } finally {
      running -= 1;
      outcome();
    }
  };
}

export type OwnFailureGuard = ReturnType<typeof createOwnFailureGuard>;
