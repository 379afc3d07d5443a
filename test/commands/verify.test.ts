import { expect, test } from "vitest";
import type { Context } from "../../src/cli/context.ts";
import { styleFor } from "../../src/cli/output/style.ts";
import { grant } from "../../src/commands/grant.ts";
import { onboard } from "../../src/commands/onboard/onboard-steps.ts";
import { manyRenderer, verify, view } from "../../src/commands/verify.ts";
import { type Customer, parseCustomerName, parseGuid } from "../../src/lib/domain/customer.ts";
import { namespaceResourceId } from "../../src/lib/domain/role-access.ts";
import { Failure } from "../../src/lib/errors/failure.ts";
import type { NamespaceConnection } from "../../src/lib/ports/azure-services.ts";
import { fakeContext, threeCustomers } from "../fakes/context.ts";
import { output } from "../fakes/output.ts";

const acme = parseCustomerName("acme");
const plain = styleFor(output(), {}, false);
const all = <T>(stream: AsyncIterable<T>) => Array.fromAsync(stream);

async function onboarded(options: { role?: Customer["access"] } = {}) {
  const fake = fakeContext();
  await all(onboard(fake.context, acme, { provision: true, timeout: 1_000 }));
  await all(grant(fake.context, acme, options));
  return fake;
}

test("every check of a working customer passes, and no connection is left open", async () => {
  const { context, memory } = await onboarded();

  const [verified] = await all(verify(context, [acme], {}));

  expect(verified).toMatchObject({ customer: "acme", ok: true });
  expect(verified?.checks.map(({ outcome }) => outcome)).toEqual(Array(8).fill("passed"));
  expect(memory.state.open).toBe(0);
});

test("the first failed check shows the cause and the remedy; the checks after it are skipped", async () => {
  const { context } = fakeContext();

  const [verified] = await all(verify(context, [acme], {}));

  expect(verified?.checks.map(({ outcome }) => outcome)).toEqual(["passed", "failed", ...Array(6).fill("skipped")]);
  expect(verified && view(verified, plain)).toMatch(/✗ token .*not consented/);
});

test("consent without a role fails the claims, and nothing else", async () => {
  const { context } = fakeContext();
  await all(onboard(context, acme, { provision: true, timeout: 1_000 }));

  const [verified] = await all(verify(context, [acme], {}));

  expect(verified?.checks.filter(({ outcome }) => outcome === "failed").map(({ check }) => check)).toEqual([
    "Send claim",
    "Listen claim",
  ]);
});

test("a status queue that forwards its messages fails, although the claim is held; one with sessions passes", async () => {
  const { context, memory, customer } = await onboarded();
  memory.requireSessions(customer("acme"), "statuses");
  const [withSessions] = await all(verify(context, [acme], {}));
  memory.forward(customer("acme"), "statuses");
  const [forwarding] = await all(verify(context, [acme], {}));

  expect(withSessions?.ok).toBe(true);
  expect(forwarding?.checks.filter(({ outcome }) => outcome === "failed")).toMatchObject([
    { check: "status queue", error: { code: "QueueForwards", kind: "conflict" } },
  ]);
});

test("results come in the order that was asked for", async () => {
  const { context } = await onboarded();
  const names = ["tailspin", "acme", "fabrikam"].map(parseCustomerName);

  const verified = await all(verify(context, names, {}));

  expect(verified.map(({ customer }) => customer)).toEqual(["tailspin", "acme", "fabrikam"]);
});

test("--drift lists what the app holds beyond what the config wants, and nothing else", async () => {
  const { context, memory, customer } = await onboarded();
  const before = await all(verify(context, [acme], { drift: true }));
  const access = await memory.cloud.roleAssignments(customer("acme"));
  const scope = `${namespaceResourceId(customer("acme"))}/queues/commands`;
  await access.assign({
    role: "owner",
    scope,
    principalId: parseGuid("33333333-3333-4333-8333-333333333333"),
    name: parseGuid("44444444-4444-4444-8444-444444444444"),
  });

  const after = await all(verify(context, [acme], { drift: true }));

  expect(before).toMatchObject([{ ok: true, excess: [] }]);
  expect(after).toMatchObject([{ ok: false, excess: [{ role: "Azure Service Bus Data Owner", scope }] }]);
  expect(after[0] && view(after[0], plain)).toMatch(/✗ drift .*Data Owner at .*commands/);
});

test("a role on the whole namespace is drift where the config wants least privilege", async () => {
  const { context } = await onboarded({ role: "data-owner" });
  const granted = await all(verify(context, [acme], { drift: true }));
  const strict = { ...threeCustomers.customers.acme, access: undefined };
  await context.config.change((document) => ({ ...document, customers: { acme: strict } }) as typeof document);

  const verified = await all(verify(context, [acme], { drift: true }));

  expect(granted).toMatchObject([{ ok: true, excess: [] }]);
  expect(verified).toMatchObject([{ ok: false, excess: [{ role: "Azure Service Bus Data Owner" }] }]);
});

test("grant names what the app has beyond the role, and --replace removes it", async () => {
  const { context } = await onboarded({ role: "data-owner" });
  const excess = { role: "Azure Service Bus Data Owner", scope: expect.stringMatching(/acme-bus$/) };

  const less = await all(grant(context, acme, { role: "least-privilege" }));
  const dry = await all(grant(context, acme, { replace: true, dryRun: true }));
  const replaced = await all(grant(context, acme, { replace: true }));
  const again = await all(grant(context, acme, {}));

  expect(less).toMatchObject([{ outcome: "created" }, { outcome: "created" }, { ...excess, outcome: "excess" }]);
  expect(dry.at(-1)).toMatchObject({ ...excess, outcome: "would-remove" });
  expect(replaced.at(-1)).toMatchObject({ ...excess, outcome: "removed" });
  expect(again).toMatchObject([{ outcome: "existing" }, { outcome: "existing" }]);
  expect(await all(verify(context, [acme], { drift: true }))).toMatchObject([{ ok: true }]);
});

test("--drift distinguishes a role that was never granted from one that is assigned and not yet effective", async () => {
  const { context } = fakeContext();
  await all(onboard(context, acme, { provision: true, timeout: 1_000 }));
  const [before] = await all(verify(context, [acme], { drift: true }));
  await all(grant(context, acme, {}));
  const forbidden = new Failure("UnauthorizedAccess", "not yet");
  const refuse = () => Promise.reject(forbidden);
  const refusing: NamespaceConnection = {
    transport: "amqp",
    sender: refuse,
    receiver: refuse,
    deadLetters: refuse,
    probeReceiver: refuse,
    session: refuse,
    nextSession: refuse,
    [Symbol.asyncDispose]: async () => {},
  };
  const cloud = { ...context.azure, connectAsProvider: async () => refusing };

  const [after] = await all(verify({ ...context, azure: cloud }, [acme], { drift: true }));

  expect(before).toMatchObject({ ok: false, missing: [{ role: "Azure Service Bus Data Owner" }] });
  expect(before && view(before, plain)).toMatch(/not granted: Azure Service Bus Data Owner at \S+acme-bus$/);
  expect(after).toMatchObject({ ok: false, missing: [] });
  expect(after && view(after, plain)).toMatch(/every role is assigned: the claim is on its way/);
});

test("an administrator without access is reported for that customer, and the others are compared", async () => {
  const { context, customer } = await onboarded();
  const access: Context["azure"]["roleAssignments"] = (one) =>
    one.name === acme
      ? Promise.reject(new Failure("NoToken", "no account is signed in"))
      : context.azure.roleAssignments(one);
  await all(onboard(context, parseCustomerName("fabrikam"), { provision: true, timeout: 1_000 }));
  await all(grant(context, parseCustomerName("fabrikam"), {}));
  const names = [customer("acme").name, parseCustomerName("fabrikam")];

  const verified = await all(
    verify({ ...context, azure: { ...context.azure, roleAssignments: access } }, names, { drift: true }),
  );

  expect(verified).toMatchObject([
    { customer: "acme", ok: false, driftUnknown: { code: "NoToken" } },
    { customer: "fabrikam", ok: true, excess: [], missing: [] },
  ]);
  expect(verified[0] && view(verified[0], plain)).toMatch(/✗ drift +not looked for: no account is signed in/);
});

test("of many customers, those with one cause are one group, and the total is last", async () => {
  const { context } = await onboarded();
  const { onRecord, onEnd } = manyRenderer();

  const lines = (await all(verify(context, [], {}))).map((verified) => onRecord(verified, plain));

  expect(lines).toEqual(["✓ acme", "", ""]);
  expect(onEnd?.(plain)).toMatch(
    /^✗ 2 customers: token: <customer> has not consented \(AADSTS700016\)\n {2}names fabrikam, tailspin\n {2}who .*\n {2}next .*\n1 of 3 customers healthy$/,
  );
});
