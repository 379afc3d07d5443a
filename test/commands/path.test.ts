import { expect, test } from "vitest";
import type { Context } from "../../src/cli/context.ts";
import { styleFor } from "../../src/cli/output/style.ts";
import { onboardingStepView } from "../../src/cli/views/onboarding-step-view.ts";
import { grant } from "../../src/commands/grant.ts";
import { offboard } from "../../src/commands/offboard.ts";
import { onboard } from "../../src/commands/onboard/onboard-steps.ts";
import { onboardEach } from "../../src/commands/onboard.ts";
import { respond } from "../../src/commands/respond.ts";
import { send } from "../../src/commands/send.ts";
import { parseCustomerName, parseGuid } from "../../src/lib/domain/customer.ts";
import { Failure } from "../../src/lib/errors/failure.ts";
import { fakeContext } from "../fakes/context.ts";
import { output } from "../fakes/output.ts";

const acme = parseCustomerName("acme");
const timeout = 5_000;
const plain = styleFor(output(), {}, false);
const all = <T>(stream: AsyncIterable<T>) => Array.fromAsync(stream);

async function granted() {
  const fake = fakeContext();
  await all(onboard(fake.context, acme, { provision: true, timeout }));
  await all(grant(fake.context, acme, {}));
  return fake;
}

const sendAll = (context: Context, text: string, options: Parameters<typeof send>[3]) =>
  all(send(context, { names: [acme] }, text, options));

test("onboarding by Graph creates the service principal once, and each time proves it by a token", async () => {
  const { context } = fakeContext();

  const first = await all(onboard(context, acme, { provision: true, timeout }));
  const second = await all(onboard(context, acme, { provision: true, timeout }));

  expect(first.map((step) => ("outcome" in step ? step.outcome : step.type))).toEqual(["created", "consented"]);
  expect(second.map((step) => ("outcome" in step ? step.outcome : step.type))).toEqual(["existing", "consented"]);
});

test("onboarding by link prints the link and then waits for the token", async () => {
  const { context, memory, customer } = fakeContext();
  const steps = onboard(context, acme, { timeout });

  const link = await steps.next();
  await (await memory.cloud.directory(customer("acme"))).provisionServicePrincipal(
    parseGuid("22222222-2222-4222-8222-222222222222"),
  );
  const proof = await steps.next();

  expect(link.value).toMatchObject({ type: "link", customer: "acme" });
  expect(proof.value).toMatchObject({ type: "consented", customer: "acme" });
});

test("without consent in time, onboarding ends as a timeout that says what is missing", async () => {
  const { context } = fakeContext();

  const steps = all(onboard(context, acme, { timeout: 1 }));

  await expect(steps).rejects.toMatchObject({ kind: "timeout", code: "AADSTS700016" });
});

test("a customer that has consented needs no link", async () => {
  const { context } = await granted();

  const steps = await all(onboard(context, acme, { timeout }));

  expect(steps.map(({ type }) => type)).toEqual(["consented"]);
});

test("--url and --provision exclude each other", async () => {
  const { context } = fakeContext();

  await expect(
    all(onboardEach(context, { names: [acme] }, { url: true, provision: true, timeout })),
  ).rejects.toMatchObject({
    kind: "usage",
  });
});

test("granting twice makes one assignment, of the same id", async () => {
  const { context } = fakeContext();
  await all(onboard(context, acme, { provision: true, timeout }));

  const [first] = await all(grant(context, acme, {}));
  const [second] = await all(grant(context, acme, {}));

  expect(first).toMatchObject({ outcome: "created", role: "Azure Service Bus Data Owner" });
  expect(second).toEqual({ ...first, outcome: "existing" });
});

test("least privilege is a sender on the command queue and a receiver on the status queue", async () => {
  const { context, memory } = fakeContext();
  await all(onboard(context, acme, { provision: true, timeout }));

  const steps = await all(grant(context, acme, { role: "least-privilege", wait: timeout }));

  expect(steps).toMatchObject([
    { role: "Azure Service Bus Data Sender", scope: expect.stringMatching(/\/queues\/commands$/) },
    { role: "Azure Service Bus Data Receiver", scope: expect.stringMatching(/\/queues\/statuses$/) },
    { type: "effective", claim: "Send" },
    { type: "effective", claim: "Listen" },
  ]);
  expect(memory.state.open).toBe(0);
});

test.each([
  [{ scope: "resource-group" }, ["Azure Service Bus Data Owner"], /\/resourceGroups\/messaging$/],
  [{ scope: "queue" }, ["Azure Service Bus Data Owner", "Azure Service Bus Data Owner"], /\/queues\/\w+$/],
  [
    { scope: "namespace", role: "least-privilege" },
    ["Azure Service Bus Data Sender", "Azure Service Bus Data Receiver"],
    /\/namespaces\/acme-bus$/,
  ],
] as const)("a role may be narrower or wider than usual: %o", async (options, roles, scope) => {
  const { context } = fakeContext();
  await all(onboard(context, acme, { provision: true, timeout }));

  const steps = await all(grant(context, acme, options));

  expect(steps).toMatchObject(roles.map((role) => ({ role, scope: expect.stringMatching(scope) })));
});

test("nothing is granted before consent", async () => {
  const { context } = fakeContext();

  await expect(all(grant(context, acme, {}))).rejects.toMatchObject({ kind: "auth", code: "ServicePrincipalMissing" });
});

test("nothing is granted to an app that the provider does not own", async () => {
  const { context, memory, customer } = await granted();
  memory.state.ownerTenantId = customer("tailspin").tenantId;

  await expect(all(grant(context, acme, {}))).rejects.toMatchObject({ kind: "auth", code: "WrongOwner" });
});

test("a command is answered by a status that names it, and is gone afterwards", async () => {
  const { context, memory, customer } = await granted();
  const [sent] = await sendAll(context, '{"deploy":"v2"}', { messageId: "m1", property: [["region", "eu"]] });

  const [responded] = await all(respond(context, acme, { max: 1, idle: 0 }));

  expect(sent).toMatchObject({ customer: "acme", queue: "commands", messageId: "m1", bytes: 15 });
  expect(responded).toMatchObject({ commandId: "m1", messageId: "status-m1", outcome: "succeeded" });
  expect(memory.messages(customer("acme"), "commands")).toEqual([]);
  expect(memory.messages(customer("acme"), "statuses")).toMatchObject([
    { messageId: "status-m1", correlationId: "m1", contentType: "application/json" },
  ]);
  expect(memory.state.open).toBe(0);
});

test("a status goes into the session that its command asks for, else into the command's own", async () => {
  const { context, memory, customer } = await granted();
  await sendAll(context, "asks", { messageId: "asks", sessionId: "deploys", replyToSessionId: "answers" });
  await sendAll(context, "asks not", { messageId: "asks-not", sessionId: "deploys" });

  await all(respond(context, acme, { max: 2, idle: 0 }));

  expect(memory.messages(customer("acme"), "statuses")).toMatchObject([
    { messageId: "status-asks", sessionId: "answers" },
    { messageId: "status-asks-not", sessionId: "deploys" },
  ]);
});

test("a handler that fails still answers, and says so", async () => {
  const { context, memory, customer } = await granted();
  await sendAll(context, "hi", {});

  const exec = [process.execPath, "-e", "process.stdout.write('no'); process.exit(3)"];
  const [responded] = await all(respond(context, acme, { exec, attempts: 1, max: 1, idle: 0 }));

  expect(responded).toMatchObject({ outcome: "failed" });
  expect(memory.messages(customer("acme"), "statuses")).toMatchObject([
    { properties: { outcome: "failed", exitCode: 3 } },
  ]);
});

test("a handler that cannot be started leaves the command in the queue", async () => {
  const { context, memory, customer } = await granted();
  await sendAll(context, "hi", {});

  await expect(all(respond(context, acme, { exec: ["/no/such/program"], max: 1, idle: 0 }))).rejects.toMatchObject({
    kind: "usage",
  });

  expect(memory.messages(customer("acme"), "commands")).toHaveLength(1);
  expect(memory.locked(customer("acme"), "commands")).toBe(0);
  expect(memory.state.open).toBe(0);
});

test("offboarding removes roles and service principal, and the next send is refused", async () => {
  const { context } = await granted();

  const steps = await all(offboard(context, acme, { yes: true }));

  expect(steps.map(({ type }) => type)).toEqual(["assignment", "service-principal", "refused", "remaining"]);
  await expect(sendAll(context, "hi", {})).rejects.toMatchObject({ kind: "auth" });
});

test("offboarding must be confirmed, and may be repeated", async () => {
  const { context } = await granted();

  await expect(all(offboard(context, acme, {}))).rejects.toMatchObject({ kind: "usage", code: "UsageMissingOption" });
  await all(offboard(context, acme, { yes: true }));
  const again = await all(offboard(context, acme, { yes: true }));

  expect(again).toMatchObject([
    { type: "service-principal", outcome: "absent" },
    { type: "refused", by: "token" },
    { type: "remaining", actor: "operator", what: expect.stringMatching(/xtenant customers remove acme/) },
  ]);
});

test("a dry run says what it would assign, and assigns nothing", async () => {
  const { context } = fakeContext();
  await all(onboard(context, acme, { provision: true, timeout }));

  const dry = await all(grant(context, acme, { dryRun: true }));
  const real = await all(grant(context, acme, {}));

  expect(dry).toMatchObject([{ outcome: "would-create" }]);
  expect(real).toMatchObject([{ outcome: "created" }]);
});

test("the customer's own worker gets the opposite claims, each on its queue, for its own principal", async () => {
  const { context } = fakeContext();
  const responder = parseGuid("55555555-5555-4555-8555-555555555555");

  const steps = await all(grant(context, acme, { responder }));

  expect(steps).toMatchObject([
    {
      role: "Azure Service Bus Data Receiver",
      scope: expect.stringMatching(/\/queues\/commands$/),
      principalId: responder,
    },
    {
      role: "Azure Service Bus Data Sender",
      scope: expect.stringMatching(/\/queues\/statuses$/),
      principalId: responder,
    },
  ]);
});

test.each([
  { responder: parseGuid("55555555-5555-4555-8555-555555555555"), wait: timeout },
  { responder: parseGuid("55555555-5555-4555-8555-555555555555"), role: "least-privilege" as const },
  { responder: parseGuid("55555555-5555-4555-8555-555555555555"), scope: "namespace" as const },
  { dryRun: true as const, wait: timeout },
])("options that contradict each other are refused before anything is asked: %o", async (options) => {
  const { context } = fakeContext();

  await expect(all(grant(context, acme, options))).rejects.toMatchObject({ kind: "usage" });
});

test("onboard --grant continues until the role is effective, and can be repeated", async () => {
  const { context, memory } = fakeContext();
  const options = { provision: true, grant: true, role: "least-privilege", roundTrip: 0, timeout } as const;

  const first = await all(onboard(context, acme, options));
  const second = await all(onboard(context, acme, options));

  expect(first.map(({ type }) => type)).toEqual([
    "tenant",
    "service-principal",
    "consented",
    "principal",
    "assignment",
    "assignment",
    "effective",
    "effective",
  ]);
  expect(second.flatMap((step) => ("outcome" in step ? [step.outcome] : []))).toEqual([
    "existing",
    "existing",
    "existing",
  ]);
  expect(memory.state.open).toBe(0);
});

test("onboard --grant that was stopped after any step is continued by repeating it, and creates nothing twice", async () => {
  const options = { provision: true, grant: true, role: "least-privilege", roundTrip: 1, timeout } as const;
  const steps = (await all(onboard(fakeContext().context, acme, options))).length;
  expect(steps).toBe(9);

  for (let stopAfter = 1; stopAfter <= steps; stopAfter += 1) {
    const { context, memory } = fakeContext();
    const cut = onboard(context, acme, options);
    for (let step = 0; step < stopAfter; step += 1) await cut.next();
    await cut.return(undefined);

    const again = await all(onboard(context, acme, options));
    const after = await all(onboard(context, acme, options));

    expect(again.map(({ type }) => type).slice(-3)).toEqual(["effective", "effective", "round-trip"]);
    expect(after.flatMap((step) => ("outcome" in step ? [step.outcome] : []))).toEqual([
      "existing",
      "existing",
      "existing",
      "unanswered",
    ]);
    expect(memory.state.open).toBe(0);
  }
});

test("grant waits for a principal that the role service does not know yet, and for no other refusal", async () => {
  const { context, memory, customer } = fakeContext();
  await all(onboard(context, acme, { provision: true, timeout }));
  const access = await memory.cloud.roleAssignments(customer("acme"));
  const refusals = [new Failure("PrincipalNotFound", "not yet"), new Failure("AuthorizationFailed", "no")];
  const assign: typeof access.assign = async () => {
    throw refusals.shift();
  };
  const cloud = { ...context.azure, roleAssignments: async () => ({ ...access, assign }) };

  await expect(all(grant({ ...context, azure: cloud }, acme, {}))).rejects.toMatchObject({
    code: "AuthorizationFailed",
  });
  expect(refusals).toEqual([]);
});

test("offboard --dry-run says what it would remove, asks nobody, and removes nothing", async () => {
  const { context } = await granted();

  const dry = await all(offboard(context, acme, { dryRun: true }));
  const [sent] = await sendAll(context, "hi", {});

  expect(dry).toMatchObject([
    { type: "assignment", outcome: "would-remove" },
    { type: "service-principal", outcome: "would-remove" },
  ]);
  expect(sent).toMatchObject({ customer: "acme" });
});

test("the customer's worker answers the round trip without running its program, and removes nothing from the queues", async () => {
  const { context, memory, customer } = await granted();
  memory.put(customer("acme"), "statuses", { messageId: "foreign", body: Buffer.from("x") });
  const working = all(respond(context, acme, { exec: ["/no/such/program"], max: 1, idle: 0 }));

  const steps = await all(onboard(context, acme, { grant: true, roundTrip: timeout, timeout }));
  await working;

  const [step] = steps.slice(-1);
  expect(step).toMatchObject({ type: "round-trip", outcome: "answered", queue: "statuses" });
  expect(step && onboardingStepView(step, plain)).toMatch(/^answered a ping to acme/);
  expect(memory.messages(customer("acme"), "statuses")).toMatchObject([
    { messageId: "foreign", deliveryCount: 1 },
    { subject: "xtenant.ping", deliveryCount: 1 },
  ]);
  expect(memory.state.open).toBe(0);
});

test("a round trip without an answer is reported, and is not a failure", async () => {
  const { context, said } = await granted();

  const [step] = (await all(onboard(context, acme, { grant: true, roundTrip: 1, timeout }))).slice(-1);

  expect(step).toMatchObject({ type: "round-trip", outcome: "unanswered" });
  expect(step && onboardingStepView(step, plain)).toMatch(/unanswered[\s\S]*xtenant respond acme/);
  expect(said).toContain("sent a ping; waiting up to 1 s for acme's worker");
});

test("onboarding waits for a directory that shows the app later than its tokens do", async () => {
  const { context, memory, said, customer } = fakeContext();
  const directory = await memory.cloud.directory(customer("acme"));
  let looks = 0;
  const findServicePrincipal: typeof directory.findServicePrincipal = async (clientId) => {
    looks += 1;
    return looks === 1 ? undefined : directory.findServicePrincipal(clientId);
  };
  const cloud = { ...context.azure, directory: async () => ({ ...directory, findServicePrincipal }) };

  const steps = await all(
    onboard({ ...context, azure: cloud }, acme, { provision: true, grant: true, roundTrip: 0, timeout }),
  );

  expect(steps.at(-1)).toMatchObject({ type: "effective", claim: "Listen" });
  expect(said).toContainEqual(expect.stringMatching(/acme's directory does not show the app yet/));
});
