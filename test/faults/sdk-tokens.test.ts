import { setTimeout as sleep } from "node:timers/promises";
import type { AccessToken, TokenCredential } from "@azure/identity";
import { ServiceBusClient } from "@azure/service-bus";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type BrokerProcess, openBroker, openQueue } from "../../sandbox/test/service-bus/open-broker.ts";
import { renewTokens, retryRenewalCalmly } from "../../src/lib/azure/credentials/token-renewal.ts";
import { openReceiver } from "../../src/lib/azure/service-bus/receiver.ts";

/** What @azure/service-bus 7.9.5 does with tokens when it is left alone, and that xtenant's credential survives it. */
let broker: BrokerProcess;
beforeAll(async () => {
  broker = await openBroker();
});
afterAll(() => broker.close());

type Mint = {
  readonly lifeSeconds: number;
  readonly toldMilliseconds?: number;
  readonly fails?: (call: number) => boolean;
  /** Which of the tokens is one that the broker does not take. */
  readonly refusedAt?: number;
};

/** A queue, and a credential whose tokens live as told; some of its calls fail as a network does. */
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

/** A receiver that is at work; what it got and what it complained of. */
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

test("the bare SDK never renews again after one renewal that failed", async () => {
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

test("xtenant's credential has it renewed although one renewal failed: the link outlives its first token", async () => {
  const { host, queue, asked, credential, put } = await tokensOf({ lifeSeconds: 5, fails: failsOnce });
  const { bodies, problems } = listen(host, queue, renewTokens(credential, { shortest: 200 }));
  await put("first");
  await expect.poll(() => bodies).toEqual(["first"]);
  // Asked for at 0 s, at 2.5 s in vain, soon after that, and again half of a life later: the first token has ended.
  await expect.poll(() => asked.times, { timeout: 20_000 }).toBeGreaterThan(3);
  await put("after the first token's end");

  await expect.poll(() => bodies).toContain("after the first token's end");
  expect(problems).toEqual([]);
});

test.each([
  ["within two minutes", 90_000],
  ["in forty days", 40 * 24 * 3600_000],
])(
  "the bare SDK asks without pause for a token that ends %s; xtenant's credential makes it wait",
  async (_when, told) => {
    // It would go on for ever, with a warning of Node's for each.
    const mint = { lifeSeconds: 3600, toldMilliseconds: told, fails: (call: number) => call > 21 };
    const bare = await tokensOf(mint);
    const calm = await tokensOf(mint);
    listen(bare.host, bare.queue, bare.credential);
    listen(calm.host, calm.queue, renewTokens(calm.credential));
    await expect.poll(() => bare.asked.times, { timeout: 10_000 }).toBeGreaterThan(20);

    expect(calm.asked.times).toBe(1);
  },
);

test("a renewal that the broker refuses is never repeated by the bare SDK; the link ends with its token, and a tail begins again", async () => {
  const { host, queue, asked, credential, put } = await tokensOf({ lifeSeconds: 4, refusedAt: 2 });
  const client = clientOf(host, renewTokens(credential, { shortest: 200 }));
  const receiver = openReceiver(client.createReceiver(queue, { maxAutoLockRenewalDurationInMs: 0 }), place);
  const never = new AbortController().signal;

  // The second token is another tenant's. No third one is asked for: the first ends, and the broker ends the link.
  const first = () => receiver.tail(never)[Symbol.asyncIterator]().next();
  await expect(first()).rejects.toMatchObject({ message: expect.stringContaining("acme") });
  expect(asked.times).toBe(2);
  await put("after the link's end");
  const { value } = await first();
  expect(value?.[0]?.message.body).toBe("after the link's end");
});

test("with no token in hand, or one that has ended, a refusal is told at once", async () => {
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

test("a renewal is never due at once, never later than a timer can wait, and before the token's end", () => {
  for (const left of [-3600_000, 0, 30_000, 90_000, 3600_000, 24 * 3600_000, 40 * 24 * 3600_000]) {
    expect(retryRenewalCalmly(left)).toBeGreaterThanOrEqual(5_000);
    expect(retryRenewalCalmly(left)).toBeLessThanOrEqual(12 * 3600_000);
    if (left > 10_000) expect(retryRenewalCalmly(left)).toBeLessThanOrEqual(left);
  }
  expect(retryRenewalCalmly(3600_000)).toBe(55.5 * 60_000);
});
