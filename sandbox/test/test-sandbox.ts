import { generateKeyPair } from "jose";
import { plainApps, secureApps } from "../src/apps.ts";
import { type ClientCertificate, createClientCertificate } from "../src/certificates/client-certificate.ts";
import { createSigningKeys } from "../src/entra/keys.ts";
import { appToken, userToken } from "../src/entra/tokens.ts";
import type { Environment } from "../src/environment.ts";
import { createFaults } from "../src/faults/faults.ts";
import { perform } from "../src/faults/perform.ts";
import { parseScenario } from "../src/faults/scenario.ts";
import type { ServicePrincipal, Tenant, User } from "../src/model.ts";
import type { QueueCounts } from "../src/queue-counts.ts";
import type { SeededCustomer } from "../src/seed/customer.ts";
import { type Seed, seed } from "../src/seed/seed.ts";
import type { BusFaults, FaultTarget } from "../src/service-bus/faults/bus-faults.ts";

/** The HTTP services of the sandbox without sockets. Requests go directly to its apps, and the test controls the clock. */
export type TestSandbox = {
  readonly environment: Environment;
  readonly seeded: Seed;
  readonly acme: SeededCustomer;
  readonly fabrikam: SeededCustomer;
  readonly certificate: ClientCertificate;
  /** A request as if inside TLS, by path. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** A request as if without TLS, by path. */
  fetchPlain(path: string, init?: RequestInit): Promise<Response>;
  /** The calls that cause faults in the broker: names and arguments. */
  readonly faultCalls: readonly (readonly unknown[])[];
  /** Moves the clock forward. */
  wait(milliseconds: number): void;
};

export const baseUrl = "https://localhost:5671";
/** Opens `/control` of every sandbox. */
export const controlKey = "the-key-of-these-tests";
const noMessages: QueueCounts = { active: 0, deadLetter: 0, transferDeadLetter: 0, scheduled: 0, sizeBytes: 0 };

/** Made once for all sandboxes of a test file, because RSA keys are slow to make. */
const sharedKeys = generateKeyPair("RS256");
const sharedCertificate = newCertificate();

type TestSandboxOptions = {
  readonly roleDelay?: number;
  readonly counts?: QueueCounts;
  /** `own` for a sandbox whose tokens the others do not take. */
  readonly keys?: "shared" | "own";
};

export async function createTestSandbox(options: TestSandboxOptions = {}): Promise<TestSandbox> {
  const { roleDelay = 0, counts = noMessages } = options;
  const faultCalls: (readonly unknown[])[] = [];
  let time = Date.now();
  const now = () => new Date(time);
  const isOwn = options.keys === "own";
  const certificate = await (isOwn ? newCertificate() : sharedCertificate);
  const keys = await createSigningKeys(now, isOwn ? generateKeyPair("RS256") : sharedKeys);
  const seeded = seed({ baseUrl, certificate: certificate.certificate, now: now() });
  const faults = createFaults({
    scenario: { ...parseScenario({}), roleDelay },
    perform: (action) => perform(environment, action),
    changed: () => {},
    log: () => {},
  });
  const environment: Environment = {
    model: seeded.model,
    keys,
    baseUrl,
    faults,
    bus: recordingBus(faultCalls),
    now: () => new Date(now().getTime() + faults.scenario.clockSkew),
    counts: () => counts,
    recheckLinks: () => {},
  };
  const [secure, plain] = [secureApps(environment, controlKey), plainApps(environment)];
  const customer = (name: string) => {
    const found = seeded.customers.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no customer ${name} in the seed`);
    return found;
  };
  return {
    environment,
    seeded,
    acme: customer("acme"),
    fabrikam: customer("fabrikam"),
    certificate,
    faultCalls,
    fetch: async (path, init) => secure(new Request(new URL(path, baseUrl), init)),
    fetchPlain: async (path, init) => plain(new Request(new URL(path, "http://127.0.0.1:5671"), init)),
    wait: (milliseconds) => {
      time += milliseconds;
    },
  };
}

/** Takes the place of the broker, which these tests do not need. */
function recordingBus(calls: (readonly unknown[])[]): BusFaults {
  const record =
    (name: string) =>
    (...args: readonly unknown[]) =>
      void calls.push([name, ...args]);
  const counted = (name: string) => (target: FaultTarget) => calls.push([name, target]);
  return {
    throttle: record("throttle"),
    fillQueue: record("fillQueue"),
    stall: record("stall"),
    closeMidTransfer: record("closeMidTransfer"),
    loseAcknowledgement: record("loseAcknowledgement"),
    dropLinks: counted("dropLinks"),
    dropConnections: counted("dropConnections"),
    clear: record("clear"),
  };
}

/** An app's or a managed identity's token for one of the sandbox's resources, `graph` or `arm`. */
export const tokenFor = (
  { environment }: TestSandbox,
  who: { readonly tenant: Tenant; readonly principal: ServicePrincipal },
  resource: "graph" | "arm",
): Promise<string> => appToken(environment, who.tenant, who.principal, `${baseUrl}/${resource}`);

export const userTokenFor = (
  { environment }: TestSandbox,
  who: { readonly tenant: Tenant; readonly user: User },
  resource: "graph" | "arm",
): Promise<string> => userToken(environment, { ...who, clientId: "cli" }, `${baseUrl}/${resource}`);

export function principalOf(tenant: Tenant, displayName: string): ServicePrincipal {
  const principal = tenant.servicePrincipals.values().find((one) => one.displayName === displayName);
  if (principal === undefined) throw new Error(`no ${displayName} in ${tenant.displayName}`);
  return principal;
}

export function userOf(tenant: Tenant, alias: string): User {
  const user = tenant.users.values().find(({ userPrincipalName }) => userPrincipalName.startsWith(`${alias}@`));
  if (user === undefined) throw new Error(`no ${alias} in ${tenant.displayName}`);
  return user;
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

export const json = (
  method: string,
  token: string,
  body: unknown,
  headers: Record<string, string> = {},
): RequestInit => ({
  method,
  headers: { ...bearer(token), "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

function newCertificate(): Promise<ClientCertificate> {
  return createClientCertificate("provider", new Date(Date.now() + 30 * 24 * 3600_000));
}
