import { expect, test } from "vitest";
import { styleFor } from "../../../src/cli/output/style.ts";
import { rolloutRenderer } from "../../../src/cli/rollout/rollout-view.ts";
import { Failure, failureRecord } from "../../../src/lib/errors/failure.ts";
import { output } from "../../fakes/output.ts";

const where = (customer: string) => ({ customer, tenantId: "t", namespace: `${customer}-bus`, queue: "commands" });
const none = { pending: 0, sent: 0, answered: 0, failed: 0, refused: 0, silent: 0, unknown: 0 };

test("on a terminal a table counts the customers by state, and names those that failed by cause", () => {
  const { onRecord } = rolloutRenderer();
  const style = styleFor(output(), {}, false);
  const page = { columns: 40, rows: 12 };
  const show = (record: Parameters<typeof onRecord>[0]) => onRecord(record, style, page);
  const about = { id: "k7m2-q4xd-9rtp", what: '"restart"', begunAt: "", config: "", file: "" };
  show({ type: "rollout", ...about, state: "running", ...none, customers: 4, pending: 4 });
  for (const customer of ["acme", "fabrikam", "tailspin"])
    show({ type: "sent", ...where(customer), messages: 1, bytes: 1, messageId: about.id });
  const failed = (customer: string) => {
    const error = failureRecord(new Failure("CommandFailed", "the customer reports a failure: disk full"));
    return show({ type: "failed", ...where(customer), messageId: about.id, state: "failed", error });
  };
  failed("tailspin");

  expect(failed("acme").split("\n")).toEqual([
    'rollout k7m2-q4xd-9rtp  "restart"',
    "██████████░░░░░░░░░░ 2 of 4 customers",
    "",
    "     2  failed",
    "     1  waiting",
    "     1  to be sent",
    "",
    "causes",
    "     2  the customer reports a failure…",
    "        acme, tailspin",
  ]);
});
