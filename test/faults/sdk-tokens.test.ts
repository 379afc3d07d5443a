import { setTimeout as sleep } from "node:timers/promises";
import type { AccessToken, TokenCredential } from "@azure/identity";
import { ServiceBusClient } from "@azure/service-bus";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type BrokerProcess, openBroker, openQueue } from "../../sandbox/test/service-bus/open-broker.ts";
import { passBareMessages } from "../../src/lib/azure/service-bus/raw-messages.ts";
import { openReceiver } from "../../src/lib/azure/service-bus/receiver.ts";
import { renewalDelay, renewTokens } from "../../src/lib/azure/tokens/token-renewal.ts";

/** The behaviour of @azure/service-bus 7.9.5 with tokens, and how xtenant's credential handles it. */
let broker: BrokerProcess;
beforeAll(async () => {
  broker = await openBroker();
});
afterAll(() => broker.close());

type Mint = {
  readonly lifeSeconds: number;
  readonly toldMilliseconds?: number;
  readonly fails?: (call: number) => boolean;
  /** Selects the token that the broker refuses. */
  readonly refusedAt?: number;
};

/** A queue, and a credential whose tokens have the given lifetime. Some of its calls fail like a network. */
async function tokensOf({ lifeSeconds, toldMilliseconds = lifeSeconds * 1000, fails = () => false, refusedAt }: Mint) {
  const { host, queue, oid, sender } = await openQueue(broker);
  const asked = { times: 0 };
  const credential: TokenCredential = {
    async getToken(): Promise<AccessToken> {
      asked.times += 1;
      if (fails(asked.times)) throw new Error("the network is down");
      const wish = { tenant: "acme", oid, lifetimeSeconds: lifeSeconds } as const;
      const token = await broker.call("mint", asked.times === refusedAt ? { ...wish, issuedBy: "fabrikam" } : wish);
      return { token, expiresOnTimestamp: Date.now() + toldMilliseconds };
    },
  };
  return { host, queue, asked, credential, put: (body: string) => sender.sendMessages({ body }) };
}

function clientOf(host: string, credential: TokenCredential) {
  const client = new ServiceBusClient(host, credential, {
    customEndpointAddress: `sb://localhost:${broker.port}`,
    retryOptions: { maxRetries: 0, retryDelayInMs: 100 },
  });
  onTestFinished(() => client.close());
  return client;
}

/** An active receiver, with its messages and errors. */
function listen(host: string, queue: string, credential: TokenCredential) {
  const client = clientOf(host, credential);
  const bodies: unknown[] = [];
  const problems: Error[] = [];
  client.createReceiver(queue, { maxAutoLockRenewalDurationInMs: 0 }).subscribe({
    processMessage: async ({ body }) => void bodies.push(body),
    processError: async ({ error }) => void problems.push(error),
  });
  return { bodies, problems };
}

const place = { customer: "acme", tenant: "acme.example", namespace: "acme-bus.servicebus.windows.net" };

const failsOnce = (call: number) => call === 2;

test("the SDK alone never renews again after one failed renewal", async () => {
  const { host, queue, asked, credential, put } = await tokensOf({
    lifeSeconds: 3600,
    toldMilliseconds: 120_300,
    fails: failsOnce,
  });
  const { bodies } = listen(host, queue, credential);
  await put("first");
  await expect.poll(() => bodies).toEqual(["first"]);
  await expect.poll(() => asked.times).toBe(2);
  await sleep(1_000);

  expect(asked.times).toBe(2);
});

test("with xtenant's credential the SDK renews after one failed renewal, and the link outlives its first token", async () => {
  const { host, queue, asked, credential, put } = await tokensOf({ lifeSeconds: 5, fails: failsOnce });
  const { bodies, problems } = listen(host, queue, renewTokens(credential, { shortest: 200 }));
  await put("first");
  await expect.poll(() => bodies).toEqual(["first"]);
  // Requests at 0 s, at 2.5 s (fails), soon after that, and again after half of the lifetime. By then the first token
  // has expired.
  await expect.poll(() => asked.times).toBeGreaterThan(3);
  await put("after the first token's end");

  await expect.poll(() => bodies).toContain("after the first token's end");
  expect(problems).toEqual([]);
});

test.each([
  ["within two minutes", 90_000],
  ["in forty days", 40 * 24 * 3600_000],
])(
  "the SDK alone requests a token that expires %s without a pause; xtenant's credential makes it wait",
  async (_when, told) => {
    // Without this, the loop never ends, and Node prints a warning for each iteration.
    const mint = { lifeSeconds: 3600, toldMilliseconds: told, fails: (call: number) => call > 21 };
    const bare = await tokensOf(mint);
    const calm = await tokensOf(mint);
    listen(bare.host, bare.queue, bare.credential);
    listen(calm.host, calm.queue, renewTokens(calm.credential));
    await expect.poll(() => bare.asked.times).toBeGreaterThan(20);

    expect(calm.asked.times).toBe(1);
  },
);

test("the SDK alone never repeats a refused renewal; the link ends with its token, and a tail starts again", async () => {
  const { host, queue, asked, credential, put } = await tokensOf({ lifeSeconds: 4, refusedAt: 2 });
  passBareMessages();
  const client = clientOf(host, renewTokens(credential, { shortest: 200 }));
  const receiver = openReceiver(client.createReceiver(queue, { maxAutoLockRenewalDurationInMs: 0 }), place);
  const never = new AbortController().signal;

  // The second token belongs to another tenant. The SDK requests no third one. The first token expires, and the broker
  // ends the link.
  const first = () => receiver.tail(never)[Symbol.asyncIterator]().next();
  await expect(first()).rejects.toMatchObject({ message: expect.stringContaining("acme") });
  expect(asked.times).toBe(2);
  await put("after the link's end");
  const { value } = await first();
  expect(String(value?.[0]?.message.body)).toBe('"after the link\'s end"');
});

test("without a token, or with an expired one, a refusal is reported at once", async () => {
  const refusal = new Error("refused");
  let token: AccessToken | undefined;
  const credential = renewTokens({
    getToken: async () => token ?? Promise.reject(refusal),
  });

  await expect(credential.getToken("scope")).rejects.toBe(refusal);
  token = { token: "t", expiresOnTimestamp: Date.now() - 1 };
  await credential.getToken("scope");
  token = undefined;
  await expect(credential.getToken("scope")).rejects.toBe(refusal);
});

test("a renewal is never due immediately, never later than a timer can wait, and before the token expires", () => {
  for (const left of [-3600_000, 0, 30_000, 90_000, 3600_000, 24 * 3600_000, 40 * 24 * 3600_000]) {
    expect(renewalDelay(left)).toBeGreaterThanOrEqual(5_000);
    expect(renewalDelay(left)).toBeLessThanOrEqual(12 * 3600_000);
    if (left > 10_000) expect(renewalDelay(left)).toBeLessThanOrEqual(left);
  }
  expect(renewalDelay(3600_000)).toBe(55.5 * 60_000);
});
