import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { consentState } from "../domain/consent-link.ts";
import type { Customer } from "../domain/customer.ts";
import { Failure, type FailureCode } from "../errors/failure.ts";
import { consentPage } from "./consent-page.ts";

/** What a browser returned. It is only a hint that a token can be requested now, never a proof. */
export type ConsentListener = AsyncDisposable & {
  /** `http://localhost:<port>/xtenant/consent`; Entra ignores the port of a registered localhost address (reply URLs). */
  readonly redirectUri: string;
  readonly state: string;
  /** Resolves when the administrator accepted. Rejects with Failure "auth" when the answer is a refusal or has another state. */
  readonly answer: Promise<void>;
};

const path = "/xtenant/consent";
const lifetimeMilliseconds = 10 * 60_000;

/**
 * Waits on loopback until one browser returns from the consent page (RFC 8252 §7.3). The state is random, bound to this
 * customer in this tenant, and valid once, for ten minutes. Requests for any other host name are refused (DNS rebinding).
 */
export async function listenForConsent(customer: Customer): Promise<ConsentListener> {
  const state = consentState(customer, randomBytes(16).toString("hex"));
  const expiresAt = performance.now() + lifetimeMilliseconds;
  const { promise: answer, resolve, reject } = Promise.withResolvers<void>();
  // The rejection can come when the caller has a token already and no longer waits.
  answer.catch(() => {});
  let used = false;
  const server = createServer((request, response) => {
    const host = `localhost:${(server.address() as AddressInfo).port}`;
    if (request.headers.host !== host) return refuse(response, 421);
    const url = new URL(request.url ?? "/", `http://${host}`);
    if (request.method !== "GET" || url.pathname !== path) return refuse(response, 404);
    const refusal = refusalOf(url.searchParams, { customer, state, isOver: used || performance.now() > expiresAt });
    used = true;
    show(response, customer, refusal);
    if (refusal) reject(refusal);
    else resolve();
  });
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
  if (error !== null)
    return refusal(
      "ConsentDeclined",
      name,
      `${name}'s administrator declined (${error})`,
      query.get("error_description"),
    );
  if (isOver || !isSame(query.get("state") ?? "", state))
    return refusal(
      "ConsentStateInvalid",
      name,
      "the browser returned with a link of another run, or with a link that was used before",
    );
  if (query.get("tenant")?.toLowerCase() !== tenantId)
    return refusal("ConsentWrongTenant", name, `the consent was given in another tenant, not in ${name}'s ${tenantId}`);
  return undefined;
}

const refusal = (code: FailureCode, customer: string, message: string, detail?: string | null) =>
  new Failure(code, message, { params: { customer }, ...(detail ? { detail } : {}) });

/** Compares in constant time, so that the duration gives no information about the state. */
const isSame = (given: string, expected: string) =>
  given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));

function refuse(response: ServerResponse<IncomingMessage>, status: number): void {
  response.writeHead(status, { "content-type": "text/plain" }).end();
}

function show(response: ServerResponse<IncomingMessage>, customer: Customer, failure: Failure | undefined): void {
  const { html, policy } = consentPage(customer.name, failure?.message);
  response
    .writeHead(failure ? 400 : 200, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    })
    .end(html);
}
