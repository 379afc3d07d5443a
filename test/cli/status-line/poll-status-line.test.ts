import { expect, test } from "vitest";
import { styleFor } from "../../../src/cli/output/style.ts";
import { createPollStatusLine } from "../../../src/cli/status-line/poll-status-line.ts";
import { parseCustomerName } from "../../../src/lib/domain/customer.ts";
import { Failure, failureRecord } from "../../../src/lib/errors/failure.ts";
import type { ReceiveRecord } from "../../../src/lib/receive/receive-record.ts";
import { createCustomerHealthTracker } from "../../../src/lib/telemetry/customer-health.ts";
import { output } from "../../fakes/output.ts";

const plain = styleFor(output(), {}, false);
const refused = failureRecord(new Failure("CredentialMissing", "not consented"));

test("a customer counts as live only after its first answer, and a failing customer is named", () => {
  const polled = createPollStatusLine();
  const shown = () => polled.foot(plain, { columns: 80, rows: 24 });
  expect(shown()).toBe("✓ 0 live  no message yet");

  const fleet = createCustomerHealthTracker(
    ["acme", "fabrikam", "tailspin"].map((name) => ({ name: parseCustomerName(name) })),
  );
  polled.lookingOn(fleet);
  expect(shown()).toBe("✓ 0 live  … 3 connecting  no message yet");

  fleet.observer.attached({ customer: "acme", namespace: "", queue: "" });
  fleet.failed("tailspin", refused);
  expect(shown()).toBe("✓ 1 live  … 1 connecting  ✗ 1 failing  tailspin  no message yet");

  fleet.recovered("tailspin");
  expect(shown()).toBe("✓ 2 live  … 1 connecting  no message yet");

  polled.sees({ type: "message", customer: "acme", outcome: "failed" } as ReceiveRecord);
  expect(shown()).toContain("✓ 2 live  … 1 connecting  ✗ 1 failed status");
});
