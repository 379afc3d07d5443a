import { expect, test } from "vitest";
import { styleFor } from "../../src/cli/output/style.ts";
import { remedyOf } from "../../src/cli/remedies/remedies.ts";
import { boardRenderer } from "../../src/cli/status-board/board-table.ts";
import { renderHtmlPage } from "../../src/cli/status-board/html-page.ts";
import { onboardingStepView } from "../../src/cli/views/onboarding-step-view.ts";
import { list } from "../../src/commands/dead-letter/list.ts";
import { grant } from "../../src/commands/grant.ts";
import { onboard } from "../../src/commands/onboard/onboard-steps.ts";
import { list as scheduled } from "../../src/commands/scheduled/list.ts";
import { status } from "../../src/commands/status.ts";
import { verify, verifyCommand } from "../../src/commands/verify.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { asFailure } from "../../src/lib/errors/failure.ts";
import { createSampledProgress } from "../../src/lib/status/sampled-progress.ts";
import { summarizeStates } from "../../src/lib/status/state-summary.ts";
import { noTelemetry } from "../../src/lib/telemetry/telemetry.ts";
import { main } from "../../src/main.ts";
import { fakeContext, threeCustomers } from "../fakes/context.ts";
import { output } from "../fakes/output.ts";
import { fakeTerminal } from "../fakes/terminal.ts";

const plain = styleFor(output(), {}, false);

const acme = parseCustomerName("acme");
const all = <T>(stream: AsyncIterable<T>) => Array.fromAsync(stream);

/** acme has granted what `grant` gives without options and without `access` in the config. */
async function granted() {
  const fake = fakeContext({
    ...threeCustomers,
    customers: { acme: { ...threeCustomers.customers.acme, access: undefined } },
  });
  await all(onboard(fake.context, acme, { provision: true, timeout: 1_000 }));
  const steps = await all(grant(fake.context, acme, {}));
  return { ...fake, steps };
}

test("grant without options gives the least privilege, and it is no drift", async () => {
  const { context, steps } = await granted();

  expect(steps).toMatchObject([
    { role: "Azure Service Bus Data Sender", scope: expect.stringMatching(/\/queues\/commands$/) },
    { role: "Azure Service Bus Data Receiver", scope: expect.stringMatching(/\/queues\/statuses$/) },
  ]);
  expect(await all(verify(context, [acme], { drift: true }))).toMatchObject([{ ok: true, excess: [], missing: [] }]);
});

test("a claim that least privilege does not include is explained, and the remedy is not another role", async () => {
  const { context } = await granted();
  const dead = list(context, { names: [acme] }, { queue: "command", as: "provider" });

  const failure = asFailure(await all(dead).catch((error: unknown) => error));

  expect(failure).toMatchObject({ code: "BeyondLeastPrivilege", kind: "forbidden", actor: "operator" });
  expect(failure.message).toContain("does not include the Listen claim on commands");
  expect(remedyOf(failure)).not.toContain("grant");
});

test("a refusal of scheduled messages names a command that works without the role", async () => {
  const { context } = await granted();

  const failure = asFailure(await all(scheduled(context, { names: [acme] })).catch((error: unknown) => error));

  expect(failure).toMatchObject({ code: "ScheduledOutOfSight", serviceCode: "UnauthorizedAccess" });
  expect(remedyOf(failure)).toContain("xtenant scheduled cancel acme");
});

test("status knows that the command queue is not counted on purpose", async () => {
  const { context } = await granted();
  const options = { timeout: 1_000, warnAge: 1, warnDeadLetter: 1, warnBefore: 1 };

  const [state, summary] = await all(status(context, { all: true }, options));

  expect(state).toMatchObject({ level: "ok", commands: { counts: "unknown", reason: "no-listen-role" } });
  expect(summary).toMatchObject({ ok: 1, partlySeen: 1 });
});

test("a customer whose command queue cannot be seen has a sign of its own on the board and the page, with a legend", async () => {
  const { context } = await granted();
  const options = { timeout: 1_000, warnAge: 1, warnDeadLetter: 1, warnBefore: 1 };
  const states = [];
  for await (const event of status(context, { all: true }, options)) states.push(event);
  const board = boardRenderer(createSampledProgress());
  for (const event of states) board.onRecord(event, plain);
  const text = board.onEnd?.(plain) ?? "";
  const [customer, summary] = states;
  if (customer?.type !== "customer" || summary?.type !== "summary") throw new Error("no state");

  expect(text).toMatch(/^~ {2}acme /m);
  expect(text).toMatch(
    /✓ 0 ok, ~ 1 partly seen, .*\n.*\n~ partly seen: .*dead letters in commands are not counted\n.*--as responder$/,
  );
  expect(text).not.toContain("✓  acme");
  expect(renderHtmlPage([customer], summary)).toContain('<td class="state">~ ok, partly seen</td>');
});

test("a role beyond the one that was granted is named with the command that removes it", () => {
  const step = { type: "assignment", customer: "acme", tenantId: "t", role: "Azure Service Bus Data Owner" } as const;
  const more = { scope: "/s", principalId: "p", assignmentId: "a", outcome: "excess" } as const;

  expect(onboardingStepView({ ...step, ...more }, plain)).toMatch(/^still assigned .*xtenant grant acme --replace$/s);
});

test.each([
  [["scheduled", "acme"], "scheduled list acme"],
  [["dead-letter", "acme"], "dead-letter list acme"],
  [["customers", "acme"], "customers show acme"],
])("%j names the intended command", async (argv, meant) => {
  const terminal = fakeTerminal();
  const exitCode = await main(argv, terminal, () => ({ azure: fakeContext().context.azure, telemetry: noTelemetry }));

  expect(exitCode).toBe(2);
  expect(terminal.stderr.text()).toContain(`for the customer acme: xtenant ${meant}`);
});

test.each([
  [undefined, /\d\d:\d\d:\d\d;/],
  [true, /\d\d:\d\d:\d\dZ;/],
])("the board shows the time as poll does, with --utc %s", (utc, time) => {
  const board = boardRenderer(createSampledProgress(), { utc });
  board.onRecord(summarizeStates([], { credentialDaysLeft: undefined, milliseconds: 1 }), plain);

  expect(board.onEnd?.(plain, { columns: 120, rows: 24 })).toMatch(time);
});

test("--only problems leaves out the customers that are healthy", async () => {
  const { context } = await granted();
  const options = { timeout: 1_000, warnAge: 1, warnDeadLetter: 1, warnBefore: 1, only: "problems" } as const;

  expect(await all(status(context, { all: true }, options))).toMatchObject([{ type: "summary", ok: 1 }]);
  expect(await all(verify(context, [acme], { only: "problems" }))).toEqual([]);
  expect(Object.keys(verifyCommand.options)).toContain("only");
});
