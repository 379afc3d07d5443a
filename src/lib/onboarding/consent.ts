import { waitUntil } from "../concurrency/wait-until.ts";
import type { Config } from "../config/config.ts";
import { buildConsentLink } from "../domain/consent-link.ts";
import type { Customer, Guid } from "../domain/customer.ts";
import { plainLine } from "../domain/plain-text.ts";
import { Failure } from "../errors/failure.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { listenForConsent } from "./consent-listener.ts";
import { type ConsentLink, linkFor } from "./link-for.ts";

type Whose = { readonly customer: string; readonly tenantId: string };
type Provisioned = { readonly type: "service-principal" } & Whose & {
    readonly outcome: "created" | "existing" | "would-create";
  };
type Proven = { readonly type: "consented" } & Whose & { readonly principalId: string; readonly credential: string };
type Resolved = { readonly type: "tenant" } & Whose;
export type ConsentStep = Resolved | ConsentLink | Provisioned | Proven;

const whose = ({ name, tenantId }: Customer): Whose => ({ customer: name, tenantId });

export type ConsentOptions = { readonly config: Config; readonly customer: Customer; readonly milliseconds: number };

/** Checks that the tenant exists in the config's cloud, before a person is asked to do something. */
export async function resolveTenant({ azure }: UseCaseContext, customer: Customer): Promise<Resolved> {
  await azure.confirmTenant(customer);
  return { type: "tenant", ...whose(customer) };
}

/** Waits until the customer's administrator has consented. Returns at once when the app has consent already. */
export async function* consentByLink(
  context: UseCaseContext,
  { config, customer, milliseconds }: ConsentOptions,
): AsyncGenerator<ConsentStep> {
  const already = await findConsent(context, customer);
  if (!already) yield linkFor(config, customer);
  yield already ?? (await proven(context, customer, milliseconds));
}

/** The same with a page on loopback, for an administrator and an operator on the same machine. The browser returns to that page. */
export async function* consentInBrowser(
  context: UseCaseContext,
  { config, customer, milliseconds }: ConsentOptions,
  openBrowser: (url: string) => Promise<unknown>,
): AsyncGenerator<ConsentStep> {
  const already = await findConsent(context, customer);
  if (already) {
    yield already;
    return;
  }
  await using listener = await listenForConsent(customer, config.provider, {
    onForeign: ({ message }) =>
      context.log.info(`ignored a request without the state of this run, and still waiting: ${message}`),
  });
  const url = buildConsentLink(config.cloud, config.provider, customer, listener);
  yield { type: "link", ...whose(customer), url };
  await openBrowser(url);
  const stop = new AbortController();
  const until = () =>
    proven({ ...context, signal: AbortSignal.any([context.signal, stop.signal]) }, customer, milliseconds);
  try {
    // The administrator can also accept on another machine, so a token counts as consent, too.
    const answered = listener.answer.then(({ appended }) => {
      if (appended !== undefined) context.log.info(`${appendedNote} ('${plainLine(appended).slice(0, 60)}')`);
      return until();
    });
    yield await Promise.race([until(), answered]);
  } finally {
    stop.abort();
  }
}

const appendedNote =
  "the browser's answer had a text after its state, as some browser extensions append one; it is the answer of this run";

/** Creates the service principal as the customer's administrator, through Graph. */
export async function* consentByGraph(
  context: UseCaseContext,
  { config, customer, milliseconds }: ConsentOptions,
): AsyncGenerator<ConsentStep> {
  const directory = await context.azure.directory(customer);
  const outcome = await directory.provisionServicePrincipal(config.provider.clientId);
  yield { type: "service-principal", ...whose(customer), outcome };
  yield await proven(context, customer, milliseconds);
}

/** What `consentByGraph` would do, and the service principal if there is one. Nothing changes. */
export async function planConsentByGraph(
  context: UseCaseContext,
  { config, customer }: Pick<ConsentOptions, "config" | "customer">,
): Promise<{ readonly step: Provisioned; readonly principalId?: Guid }> {
  const directory = await context.azure.directory(customer);
  const found = await directory.findServicePrincipal(config.provider.clientId);
  const step = { type: "service-principal", ...whose(customer), outcome: found ? "existing" : "would-create" } as const;
  return { step, ...(found && { principalId: found.objectId }) };
}

async function findConsent(context: UseCaseContext, customer: Customer): Promise<Proven | undefined> {
  try {
    return await trySignIn(context, customer);
  } catch (error) {
    if (error instanceof Failure && error.retryable) return undefined;
    throw error;
  }
}

/** Between two lines that report the same wait. */
const reportPause = 60_000;

const proven = (context: UseCaseContext, customer: Customer, milliseconds: number): Promise<Proven> => {
  let [reported, reportedCode] = [Number.NEGATIVE_INFINITY, ""];
  return waitUntil(() => trySignIn(context, customer), {
    what: `${customer.name}'s consent`,
    milliseconds,
    pending: "auth",
    signal: context.signal,
    waiting: ({ code }, elapsed) => {
      if (code === reportedCode && elapsed - reported < reportPause) return;
      [reported, reportedCode] = [elapsed, code];
      context.log.info(`waiting for ${customer.name} to consent (${code}, ${Math.round(elapsed / 1000)} s)`);
    },
  });
};

async function trySignIn({ azure }: UseCaseContext, customer: Customer): Promise<Proven> {
  const { objectId, credential } = await azure.signIn(customer);
  return { type: "consented", ...whose(customer), principalId: objectId, credential };
}
