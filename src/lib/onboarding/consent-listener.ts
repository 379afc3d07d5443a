import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { consentState } from "../domain/consent-link.ts";
import type { Customer } from "../domain/customer.ts";
import type { ProviderApp } from "../domain/provider-app.ts";
import { isFailureCode } from "../errors/catalog/catalog.ts";
import { causeOf, Failure, type FailureCode } from "../errors/failure.ts";
import { keepNewest } from "../health/keep-newest.ts";
import { consentPage } from "./consent-page.ts";

/** What a browser returned. It is only a hint that a token can be requested now, never a proof. */
export type ConsentListener = AsyncDisposable & {
  /** `http://localhost:<port>/xtenant/consent`; Entra ignores the port of a registered localhost address (reply URLs). */
  readonly redirectUri: string;
  readonly state: string;
  /**
   * Resolves when the administrator accepted, with the text that something in the browser has appended to the state. Rejects
   * with a Failure when the answer is a refusal, or when too many were without this run's state.
   */
  readonly answer: Promise<{ readonly appended?: string }>;
};

type ListenOptions = {
  /** Called for each answer that may be from another program, and does not end the wait. */
  readonly onForeign?: (refusal: Failure) => void;
  /** How long a client may take for its request. */
  readonly requestMilliseconds?: number;
};

const path = "/xtenant/consent";
const lifetimeMilliseconds = 10 * 60_000;
/** Answers without this run's state, which any program of this machine can send. */
const mostForeign = 20;
/** A client that sends nothing, or its request byte by byte, must not hold the page of the administrator's browser. */
const limitsFor = (milliseconds: number) => ({
  headersTimeout: milliseconds,
  requestTimeout: milliseconds,
  connectionsCheckingInterval: milliseconds / 5,
  maxHeaderSize: 16_384,
});
const mostConnections = 64;

/**
 * Waits on loopback until one browser returns from the consent page (RFC 8252 §7.3). The state is random, bound to this
 * customer in this tenant, and valid once, for ten minutes. Requests for any other host name are refused (DNS rebinding).
 */
export async function listenForConsent(
  customer: Customer,
  provider: ProviderApp,
  { onForeign = () => {}, requestMilliseconds = 5_000 }: ListenOptions = {},
): Promise<ConsentListener> {
  const state = consentState(customer, randomBytes(16).toString("hex"));
  const expiresAt = performance.now() + lifetimeMilliseconds;
  const { promise: answer, resolve, reject } = Promise.withResolvers<{ readonly appended?: string }>();
  // The rejection can come when the caller has a token already and no longer waits.
  answer.catch(() => {});
  let used = false;
  let foreign = 0;
  const server = createServer(limitsFor(requestMilliseconds), (request, response) => {
    const host = `localhost:${(server.address() as AddressInfo).port}`;
    if (request.headers.host !== host) return refuse(response, 421);
    const url = new URL(request.url ?? "/", `http://${host}`);
    if (request.method !== "GET" || url.pathname !== path) return refuse(response, 404);
    // A request without any answer, such as that of a person who opens the address, must not end the wait.
    if (url.searchParams.size === 0) return refuse(response, 400);
    const refusal = refusalOf(url.searchParams, { customer, state, isOver: used || performance.now() > expiresAt });
    const isForeign = !hasState(url.searchParams.get("state") ?? "", state);
    if (isForeign) foreign += 1;
    const isLast = isForeign ? foreign >= mostForeign : !used;
    if (refusal && isForeign && !isLast) onForeign(refusal);
    if (isLast) used = true;
    show(response, { customer, provider, refused: refusal?.message });
    if (!isLast) return;
    if (refusal) reject(refusal);
    else resolve(appendedTo(state, url.searchParams.get("state") ?? ""));
  });
  keepNewest(server, mostConnections);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    redirectUri: `http://localhost:${port}${path}`,
    state,
    answer,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

type Expectation = { readonly customer: Customer; readonly state: string; readonly isOver: boolean };

/** Checks errors first, because they also come with `admin_consent=True` (Microsoft identity platform, v2 admin consent). */
function refusalOf(query: URLSearchParams, { customer, state, isOver }: Expectation): Failure | undefined {
  const { name, tenantId } = customer;
  const error = query.get("error");
  if (error !== null) return refusedBy(error, query.get("error_description"), customer);
  if (isOver || !hasState(query.get("state") ?? "", state))
    return refusal(
      "ConsentStateInvalid",
      name,
      "the browser returned with a link of another run, or with a link that was used before",
    );
  if (query.get("tenant")?.toLowerCase() !== tenantId)
    return refusal("ConsentWrongTenant", name, `the consent was given in another tenant, not in ${name}'s ${tenantId}`);
  return undefined;
}

/**
 * What Entra returned in place of a consent. Its number names a mistake in the app registration, an account that cannot consent,
 * or an outage. Without a number that says more, the administrator declined.
 */
function refusedBy(error: string, description: string | null, { name, tenantId }: Customer): Failure {
  const code = /AADSTS\d+/.exec(description ?? "")?.[0] ?? "";
  const options = { params: { customer: name, tenant: tenantId }, ...(description ? { detail: description } : {}) };
  if (outages.has(error)) return new Failure("ServiceUnavailable", `Entra is unavailable (${error})`, options);
  if (isFailureCode(code) && code !== declined)
    return new Failure(code, `${causeOf(code, options.params)} (${code})`, options);
  if (code !== "" && code !== declined)
    return new Failure("UnknownAzureCode", `Entra ended the consent of ${name} (${error}, ${code})`, {
      ...options,
      kind: "auth",
      serviceCode: code,
    });
  return new Failure("ConsentDeclined", `${name}'s administrator declined (${error})`, options);
}

const declined = "AADSTS65004";

/** Words for an outage (RFC 6749, 4.1.2.1). */
const outages: ReadonlySet<string> = new Set(["server_error", "temporarily_unavailable"]);

/** Some browser extensions append the title of a page to the address. The random state is whole, so that the answer is this run's. */
const appendedTo = (state: string, given: string): { readonly appended?: string } =>
  given.length > state.length ? { appended: given.slice(state.length) } : {};

const refusal = (code: FailureCode, customer: string, message: string, detail?: string | null) =>
  new Failure(code, message, { params: { customer }, ...(detail ? { detail } : {}) });

/** Something in the browser may have appended text to the state. */
const hasState = (given: string, expected: string) => isSame(given.slice(0, expected.length), expected);

/** Compares in constant time, so that the duration gives no information about the state. */
const isSame = (given: string, expected: string) =>
  given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));

function refuse(response: ServerResponse<IncomingMessage>, status: number): void {
  response.writeHead(status, { "content-type": "text/plain" }).end();
}

function show(response: ServerResponse<IncomingMessage>, page: Parameters<typeof consentPage>[0]): void {
  const { html, policy } = consentPage(page);
  response
    .writeHead(page.refused ? 400 : 200, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    })
    .end(html);
}
