import { expect, test } from "vitest";
import { failuresLast } from "../../../src/cli/output/failure-groups.ts";
import { styleFor } from "../../../src/cli/output/style.ts";
import type { FailureRecord } from "../../../src/lib/errors/failure.ts";
import { Failure, failureRecord } from "../../../src/lib/errors/failure.ts";
import { noTelemetry } from "../../../src/lib/telemetry/telemetry.ts";
import { main } from "../../../src/main.ts";
import { configOnDisk } from "../../fakes/config-on-disk.ts";
import { threeCustomers } from "../../fakes/context.ts";
import { withDeadLetters } from "../../fakes/dead-letters.ts";
import { output } from "../../fakes/output.ts";
import { fakeTerminal } from "../../fakes/terminal.ts";

const plain = styleFor(output(), {}, false);
const tenantOf = (customer: string) => `${customer}-tenant`;
const failed = (customer: string, error: FailureRecord) => ({
  type: "failed" as const,
  customer,
  tenantId: tenantOf(customer),
  error,
});
const noConsent = (customer: string) =>
  failed(
    customer,
    failureRecord(
      new Failure("AADSTS700016", `${customer} has not consented: no app in tenant ${tenantOf(customer)}`, {
        params: { customer },
      }),
    ),
  );

test("failures with one cause are one group with a count and the names; another cause is its own", () => {
  const { onRecord, onEnd } = failuresLast(() => "done");
  const silent = failed("northwind", failureRecord(new Failure("NoAnswer", "northwind did not answer")));
  const records = [noConsent("fabrikam"), { type: "done" as const }, silent, noConsent("acme")];

  const during = records.map((record) => onRecord(record, plain));
  const end = onEnd?.(plain);

  expect(during).toEqual(["", "done", "", ""]);
  expect(end?.split("\n").slice(0, 5)).toEqual([
    "failed 2 customers: <customer> has not consented: no app in tenant <tenant> (AADSTS700016)",
    "  names acme, fabrikam",
    "  who   customer's administrator",
    "  next  xtenant onboard <customer> (after a new consent, wait a few minutes)",
    "failed northwind did not answer (NoAnswer)",
  ]);
});

test("the name of a customer that is part of another word stays", () => {
  const { onRecord, onEnd } = failuresLast(() => "");
  for (const customer of ["a", "b"])
    onRecord(failed(customer, failureRecord(new Failure("NoAnswer", `${customer} did not answer at a-bus`))), plain);

  expect(onEnd?.(plain)).toContain("at a-bus");
});

test("dead-letter list of many shows only the customers that have some, a total, and last those that failed", async () => {
  const { memory } = await withDeadLetters("acme");
  await using disk = await configOnDisk(threeCustomers);
  const terminal = fakeTerminal({ workingDirectory: disk.path });
  await main(["dead-letter", "list", "--all"], terminal, () => ({ azure: memory.cloud, telemetry: noTelemetry }));

  const lines = terminal.stdout.text().split("\n");
  expect(lines[0]).toMatch(/^acme \(statuses\): \d+ dead letters$/);
  expect(lines.find((line) => line.includes("have none"))).toMatch(/^\d+ dead letters of 1 customer; 0 have none$/);
  expect(lines.findIndex((line) => line.startsWith("failed "))).toBeGreaterThan(
    lines.findIndex((line) => line.includes("have none")),
  );
});
