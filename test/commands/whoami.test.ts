import { expect, test } from "vitest";
import { styleFor } from "../../src/cli/output/style.ts";
import { grant } from "../../src/commands/grant.ts";
import { onboard } from "../../src/commands/onboard/onboard-steps.ts";
import { manyRenderer, view, whoami } from "../../src/commands/whoami.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { Failure } from "../../src/lib/errors/failure.ts";
import { fakeContext } from "../fakes/context.ts";
import { output } from "../fakes/output.ts";

const acme = parseCustomerName("acme");
const plain = styleFor(output(), {}, false);

test("shows the identity in each tenant, in the order of the config, and the cause where there is none", async () => {
  const { context, customer } = fakeContext();
  await Array.fromAsync(onboard(context, parseCustomerName("fabrikam"), { provision: true, timeout: 1_000 }));

  const identities = await Array.fromAsync(whoami(context, []));

  expect(identities).toMatchObject([
    { customer: "acme", credential: "managed-identity", error: { code: "AADSTS700016" } },
    {
      customer: "fabrikam",
      tenantId: customer("fabrikam").tenantId,
      principalId: expect.any(String),
      expiresAt: expect.any(String),
    },
    { customer: "tailspin", error: { kind: "auth" } },
  ]);
  expect(JSON.stringify(identities)).not.toMatch(/eyJ/);
});

async function onboarded() {
  const fake = fakeContext();
  await Array.fromAsync(onboard(fake.context, acme, { provision: true, timeout: 1_000 }));
  return fake;
}

test("shows what the app may do there: claims that links prove, roles that the administrator sees", async () => {
  const { context, memory } = await onboarded();
  const before = await Array.fromAsync(whoami(context, [acme]));
  await Array.fromAsync(grant(context, acme, {}));
  const [after] = await Array.fromAsync(whoami(context, [acme]));

  expect(before).toMatchObject([{ claims: [], roles: [], unknown: [] }]);
  expect(after).toMatchObject({
    claims: ["Send", "Listen"],
    roles: [{ role: "Azure Service Bus Data Owner", scope: expect.stringMatching(/acme-bus$/) }],
  });
  expect(after && view(after, plain)).toMatch(/may Send and Listen\n {2}holds Azure Service Bus Data Owner at /);
  expect(memory.state.open).toBe(0);
});

test("access that cannot be checked is unknown, with the reason, and is not a failure", async () => {
  const { context } = await onboarded();
  const unreachable = () => Promise.reject(new Failure("ServiceTimeout", "nothing is reached"));
  const cloud = { ...context.azure, roleAssignments: unreachable, connectAsProvider: unreachable };

  const [identity] = await Array.fromAsync(whoami({ ...context, azure: cloud }, [acme]));

  expect(identity).toMatchObject({
    unknown: ["claims: nothing is reached", "roles: nothing is reached"],
  });
  expect(identity && view(identity, plain)).toMatch(/unknown roles: nothing is reached/);
});

test("an administrator who must sign in is not asked", async () => {
  const { context, customer } = await onboarded();
  const config = await context.config.read();
  const withPerson = { ...customer("acme"), administrator: { kind: "device-code" } as const };
  const read = async () => ({ ...config, customers: new Map([[acme, withPerson]]) });

  const identities = await Array.fromAsync(whoami({ ...context, config: { ...context.config, read } }, [acme]));

  expect(identities).toMatchObject([{ unknown: [expect.stringMatching(/must sign in/)] }]);
});

test("--why shows what selected the identity, also without a token", async () => {
  const { context } = fakeContext();

  const [identity] = await Array.fromAsync(whoami(context, [acme], { why: true }));
  const [silent] = await Array.fromAsync(whoami(context, [acme]));

  expect(identity?.why).toContainEqual({
    what: "credential",
    is: "managed-identity",
    from: "provider.credential in /srv/xtenant.json",
  });
  expect(identity && view(identity, plain)).toMatch(/no token: [\s\S]*why app .*provider\.clientId/);
  expect(silent).not.toHaveProperty("why");
});

test("of many customers, one that may send and receive is one line, and equal failures are one group at the end", async () => {
  const { context } = fakeContext();
  const named = { provision: true, grant: true, roundTrip: 0, timeout: 1_000 } as const;
  await Array.fromAsync(onboard(context, parseCustomerName("fabrikam"), named));
  const { onRecord, onEnd } = manyRenderer();

  const lines = (await Array.fromAsync(whoami(context, []))).map((identity) => onRecord(identity, plain));

  expect(lines).toEqual(["", "✓ fabrikam may Send and Listen, by managed-identity", ""]);
  expect(onEnd?.(plain)).toMatch(
    /^✗ 2 customers: <customer> has not consented \(AADSTS700016\)\n {2}names acme, tailspin\n {2}who {3}.*\n {2}next .*$/,
  );
});

test("a refused sign-in is the result of its customer, also while its roles are still asked for", async () => {
  const { context } = fakeContext();
  const azure: typeof context.azure = {
    ...context.azure,
    roleAssignments: async (customer) => {
      // The refusal is there before the administrator is.
      await context.azure.signIn(customer).catch(() => {});
      await new Promise(setImmediate);
      return context.azure.roleAssignments(customer);
    },
  };
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", onUnhandled);
  try {
    expect(await Array.fromAsync(whoami({ ...context, azure }, [acme]))).toMatchObject([
      { customer: "acme", error: {} },
    ]);
    await new Promise(setImmediate);
  } finally {
    process.off("unhandledRejection", onUnhandled);
  }
  expect(unhandled).toEqual([]);
});
