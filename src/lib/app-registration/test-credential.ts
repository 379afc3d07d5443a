import { waitUntil } from "../concurrency/wait-until.ts";
import type { Config, ProviderCredential } from "../config/config.ts";
import type { Customer } from "../domain/customer.ts";
import { expectedFailure, Failure, type FailureCode, type FailureRecord, failureRecord } from "../errors/failure.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";

type Where = { readonly whose: string; readonly tenantId: string };
export type CredentialAccepted = { readonly type: "proven" } & Where;
/** The tenant refuses the app with any credential, so the new credential is not the cause. */
export type CredentialTestSkipped = { readonly type: "skipped" } & Where & { readonly code: FailureCode };
export type CredentialRefused = { readonly type: "refused" } & Where & { readonly error: FailureRecord };

/** The tenant does not know the app. Entra checks this before it checks the credential. */
const notConsentedCodes: readonly FailureCode[] = ["AADSTS700016", "AADSTS7000229"];

/** Entra's refusals of a credential that it does not know, or that is not replicated yet. */
const unknownCredentialCodes: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "AADSTS7000215",
  "AADSTS700027",
  "AADSTS70021",
  "AADSTS70025",
  "AADSTS700211",
  "AADSTS700212",
  "AADSTS7002121",
  "AADSTS700213",
  "AADSTS7002131",
]);

/** Requests a token with the new credential from the provider's tenant and from every customer's, and repeats refused requests. */
export async function* testCredentialEverywhere(
  context: UseCaseContext,
  config: Config,
  { credential, milliseconds }: { readonly credential: ProviderCredential; readonly milliseconds: number },
): AsyncGenerator<CredentialAccepted | CredentialTestSkipped | CredentialRefused> {
  const tenants = [
    { whose: "the provider", tenantId: config.provider.tenantId },
    ...[...config.customers.values()].map((customer) => ({
      whose: customer.name,
      tenantId: customer.tenantId,
      customer,
    })),
  ];
  const { pMapIterable } = await import("p-map");
  yield* pMapIterable(
    tenants,
    async ({ whose, tenantId, ...of }): Promise<CredentialAccepted | CredentialTestSkipped | CredentialRefused> => {
      const where = { whose, tenantId };
      try {
        await waitUntil(() => waitForCredential(context.azure.tryCredential(credential, tenantId, whose)), {
          what: `the new credential's acceptance by ${whose}'s tenant`,
          milliseconds,
          pending: ({ code }) => unknownCredentialCodes.has(code),
          signal: context.signal,
          waiting: ({ code }) => context.log.info(`waiting until ${whose}'s tenant knows the new credential (${code})`),
        });
        return { type: "proven", ...where };
      } catch (error) {
        const failure = expectedFailure(error);
        return "customer" in of && (await isRefusedAnyway(context, of.customer, failure))
          ? { type: "skipped", ...where, code: failure.code }
          : { type: "refused", ...where, error: failureRecord(failure) };
      }
    },
    { concurrency: 32 },
  );
}

/** An unknown credential is usually a mistake. Here it is new, and Entra accepts it after some time. */
const waitForCredential = <T>(attempt: Promise<T>): Promise<T> =>
  attempt.catch((error: unknown) => {
    if (!(error instanceof Failure) || !unknownCredentialCodes.has(error.code)) throw error;
    throw error.with({ retryable: true });
  });

async function isRefusedAnyway({ azure }: UseCaseContext, customer: Customer, { code }: Failure): Promise<boolean> {
  if (notConsentedCodes.includes(code)) return true;
  if (unknownCredentialCodes.has(code)) return false;
  return azure.signIn(customer).then(
    () => false,
    (error: unknown) => expectedFailure(error).code === code,
  );
}
