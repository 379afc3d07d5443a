import { expect, test } from "vitest";
import { remedyOf } from "../../src/cli/remedies/remedies.ts";
import { list } from "../../src/commands/dead-letter/list.ts";
import { grant } from "../../src/commands/grant.ts";
import { onboard } from "../../src/commands/onboard.ts";
import { list as scheduled } from "../../src/commands/scheduled/list.ts";
import { status } from "../../src/commands/status.ts";
import { verify, verifyCommand } from "../../src/commands/verify.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { asFailure } from "../../src/lib/errors/failure.ts";
import { fakeContext, threeCustomers } from "../fakes/context.ts";

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

  const [state] = await all(status(context, { all: true }, options));

  expect(state).toMatchObject({ level: "ok", commands: { counts: "unknown", reason: "no-listen-role" } });
});

test("--only problems leaves out the customers that are healthy", async () => {
  const { context } = await granted();
  const options = { timeout: 1_000, warnAge: 1, warnDeadLetter: 1, warnBefore: 1, only: "problems" } as const;

  expect(await all(status(context, { all: true }, options))).toMatchObject([{ type: "summary", ok: 1 }]);
  expect(await all(verify(context, [acme], { only: "problems" }))).toEqual([]);
  expect(Object.keys(verifyCommand.options)).toContain("only");
});
