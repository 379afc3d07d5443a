import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { listenForConsent } from "../../../src/lib/onboarding/consent-listener.ts";
import { acme } from "../../fakes/config-document.ts";
import { configOf, threeCustomers } from "../../fakes/context.ts";

const customer = acme();
const { provider } = configOf(threeCustomers);

/** What the browser sends when it comes back. */
const back = (listener: { redirectUri: string; state: string }, query: Record<string, string>) =>
  fetch(`${listener.redirectUri}?${new URLSearchParams(query)}`);

const accepted = (listener: { state: string }) => ({
  admin_consent: "True",
  tenant: customer.tenantId,
  scope: "openid",
  state: listener.state,
});

test("an answer with this run's state for this tenant is taken, and the administrator is thanked", async () => {
  await using listener = await listenForConsent(customer, provider);

  const response = await back(listener, accepted(listener));

  expect(response.status).toBe(200);
  expect(response.headers.get("content-security-policy")).toMatch(/default-src 'none'/);
  const page = await response.text();
  expect(page).toMatch(/You can close this window/);
  expect(page).toContain(provider.clientId);
  expect(page).toContain("No permission in Microsoft Graph");
  await expect(listener.answer).resolves.toEqual({});
});

const refused: readonly (readonly [string, string, (state: string) => Record<string, string>])[] = [
  [
    "a cancel",
    "ConsentDeclined",
    (state) => ({ ...accepted({ state }), error: "access_denied", error_subcode: "cancel" }),
  ],
  [
    "a v2 error, which comes with admin_consent=True",
    "ConsentDeclined",
    (state) => ({ ...accepted({ state }), error: "access_denied" }),
  ],
  [
    "another tenant",
    "ConsentWrongTenant",
    (state) => ({ ...accepted({ state }), tenant: "99999999-9999-4999-8999-999999999999" }),
  ],
];

test.each(refused)("%s is refused as %s, and the administrator sees the refusal", async (_what, code, query) => {
  await using listener = await listenForConsent(customer, provider);

  const response = await back(listener, query(listener.state));

  expect(response.status).toBe(400);
  expect(await response.text()).toMatch(/Nothing was changed/);
  await expect(listener.answer).rejects.toMatchObject({ kind: "auth", code });
});

const foreign: readonly (readonly [string, (state: string) => Record<string, string>])[] = [
  ["a missing state", () => ({ admin_consent: "True", tenant: customer.tenantId })],
  ["another state", (state) => ({ ...accepted({ state }), state: `x${state.slice(1)}` })],
  ["a refusal with another state", () => ({ error: "access_denied", state: "x" })],
  ["a refusal without a state", () => ({ error: "permission_denied" })],
];

test.each(foreign)("%s, which any program can send, is refused and does not end the wait", async (_what, query) => {
  await using listener = await listenForConsent(customer, provider);

  expect((await back(listener, query(listener.state))).status).toBe(400);
  expect((await back(listener, accepted(listener))).status).toBe(200);
  await expect(listener.answer).resolves.toEqual({});
});

test("refusals without a state are reported, and the twentieth ends the wait", async () => {
  const reported: string[] = [];
  await using listener = await listenForConsent(customer, provider, {
    onForeign: ({ code }) => void reported.push(code),
  });

  for (let refusals = 0; refusals < 20; refusals += 1) await back(listener, { error: "permission_denied" });

  await expect(listener.answer).rejects.toMatchObject({ code: "ConsentDeclined" });
  expect(reported).toEqual(Array.from({ length: 19 }, () => "ConsentDeclined"));
});

test("two pages at once wait on ports of their own, each for its own answer", async () => {
  await using first = await listenForConsent(customer, provider);
  await using second = await listenForConsent(customer, provider);

  await back(second, accepted(second));
  await back(first, accepted(first));

  expect(first.redirectUri).not.toBe(second.redirectUri);
  await expect(Promise.all([first.answer, second.answer])).resolves.toEqual([{}, {}]);
});

test("the wait ends after twenty answers with another state", async () => {
  await using listener = await listenForConsent(customer, provider);
  const guess = () => back(listener, { ...accepted(listener), state: "guessed" });

  for (let guesses = 0; guesses < 20; guesses += 1) expect((await guess()).status).toBe(400);

  await expect(listener.answer).rejects.toMatchObject({ code: "ConsentStateInvalid" });
  expect((await back(listener, accepted(listener))).status).toBe(400);
});

test("a client that holds connections does not keep the browser out", async () => {
  await using listener = await listenForConsent(customer, provider);
  const port = Number(new URL(listener.redirectUri).port);
  const held = Array.from({ length: 200 }, () => connect(port, "127.0.0.1").on("error", () => {}));
  await Promise.all(held.map((socket) => once(socket, "connect")));

  expect((await back(listener, accepted(listener))).status).toBe(200);

  for (const socket of held) socket.destroy();
});

test("a text that an extension appended to the state is reported, and the answer is taken", async () => {
  await using listener = await listenForConsent(customer, provider);

  const response = await back(listener, { ...accepted(listener), state: `${listener.state}Sign in to your account` });

  expect(response.status).toBe(200);
  await expect(listener.answer).resolves.toEqual({ appended: "Sign in to your account" });
});

test.each([
  [
    "invalid_request",
    "AADSTS500113: No reply address is registered.",
    "AADSTS500113",
    "usage",
    "provider's administrator",
  ],
  ["access_denied", "AADSTS65004: User declined to consent.", "ConsentDeclined", "auth", "customer's administrator"],
  ["access_denied", "AADSTS50020: User account does not exist in tenant.", "AADSTS50020", "auth", "operator"],
  ["access_denied", "AADSTS9999999: Something new.", "UnknownAzureCode", "auth", "operator"],
  ["temporarily_unavailable", "AADSTS90033: A transient error.", "ServiceUnavailable", "unavailable", "Microsoft"],
])("%s with %s is %s", async (error, error_description, code, kind, actor) => {
  await using listener = await listenForConsent(customer, provider);

  await back(listener, { admin_consent: "True", error, error_description, state: listener.state });

  await expect(listener.answer).rejects.toMatchObject({ code, kind, actor, detail: error_description });
});

test("an answer that is replayed is refused", async () => {
  await using listener = await listenForConsent(customer, provider);
  await back(listener, accepted(listener));

  const again = await back(listener, accepted(listener));

  expect(again.status).toBe(400);
  expect(await again.text()).toMatch(/used before/);
});

test("the state of another customer, tenant or run does not match", async () => {
  await using listener = await listenForConsent(customer, provider);
  await using other = await listenForConsent(customer, provider);

  expect(other.state).not.toBe(listener.state);
  expect((await back(listener, accepted(other))).status).toBe(400);
  expect((await back(listener, accepted(listener))).status).toBe(200);
});

test("a request for another host name, path or method is turned away and does not use the state up", async () => {
  await using listener = await listenForConsent(customer, provider);
  const { port } = new URL(listener.redirectUri);
  const rebound = await new Promise((resolve) => {
    request(
      { port, host: "127.0.0.1", path: `/xtenant/consent?state=${listener.state}`, headers: { host: "evil.example" } },
      ({ statusCode }) => resolve(statusCode),
    ).end();
  });
  const elsewhere = await fetch(`http://localhost:${port}/favicon.ico`);
  const posted = await fetch(listener.redirectUri, { method: "POST" });
  const genuine = await back(listener, accepted(listener));

  expect([rebound, elsewhere.status, posted.status, genuine.status]).toEqual([421, 404, 404, 200]);
});

test("what the other side says is shown escaped", async () => {
  await using listener = await listenForConsent(customer, provider);

  const response = await back(listener, { error: "<script>alert(1)</script>" });

  expect(await response.text()).not.toMatch(/<script>/);
});

test("a request without an answer is refused and does not end the wait", async () => {
  await using listener = await listenForConsent(customer, provider);

  const stray = await fetch(listener.redirectUri);
  const response = await back(listener, accepted(listener));

  expect([stray.status, response.status]).toEqual([400, 200]);
  await expect(listener.answer).resolves.toEqual({});
});

test("clients that send one byte after the other are ended, and the browser is answered meanwhile and after", async () => {
  await using listener = await listenForConsent(customer, provider, { requestMilliseconds: 200 });
  const { port, host } = new URL(listener.redirectUri);
  const drips = Array.from({ length: 20 }, () => connect(Number(port), "127.0.0.1").on("error", () => {}));
  const ended = Promise.all(drips.map((socket) => new Promise((resolve) => socket.on("close", resolve))));
  for (const socket of drips) socket.resume().write(`GET / HTTP/1.1\r\nHost: ${host}\r\nx-slow: `);
  const timer = setInterval(() => {
    for (const socket of drips) if (socket.writable) socket.write("x");
  }, 20);
  onTestFinished(() => clearInterval(timer));

  expect((await back(listener, { state: "x" })).status).toBe(400);
  await ended;
  expect((await back(listener, accepted(listener))).status).toBe(200);
});
