import { expect, test } from "vitest";
import { styleFor } from "../../../src/cli/output/style.ts";
import { rolloutRenderer } from "../../../src/cli/rollout/rollout-view.ts";
import { Failure, failureRecord } from "../../../src/lib/errors/failure.ts";
import { output } from "../../fakes/output.ts";

const where = (customer: string) => ({ customer, tenantId: "t", namespace: `${customer}-bus`, queue: "commands" });
const none = { pending: 0, sent: 0, answered: 0, failed: 0, refused: 0, silent: 0, unknown: 0 };

const file = "/state/xtenant/rollouts/k7m2-q4xd-9rtp.ndjson";
const about = { id: "k7m2-q4xd-9rtp", what: '"restart"', begunAt: "", config: "", file };

/** What a rollout of four customers shows: on a terminal of 40 columns, or elsewhere. */
function shown(page?: { readonly columns: number; readonly rows: number }) {
  const renderer = rolloutRenderer();
  const style = styleFor(output(), {}, false);
  const show = (record: Parameters<typeof renderer.onRecord>[0]) => renderer.onRecord(record, style, page);
  show({ type: "rollout", ...about, state: "running", ...none, customers: 4, pending: 4 });
  type Code = "CommandFailed" | "UnauthorizedAccess";
  const failed = (customer: string, code: Code, message: string, when: { readonly earlier?: true } = {}) => {
    const remedy = code === "CommandFailed" ? "RolloutFailed" : code;
    const error = failureRecord(new Failure(code, message, { remedy, params: { name: about.id, customer } }));
    const state = code === "CommandFailed" ? "failed" : "refused";
    return show({ type: "failed", ...where(customer), messageId: about.id, state, error, ...when });
  };
  return {
    sent: (customer: string) => show({ type: "sent", ...where(customer), messages: 1, bytes: 1, messageId: about.id }),
    failed,
    diskFull: (customer: string) => failed(customer, "CommandFailed", "the customer reports a failure: disk full"),
    ended: (state: "stopped" | "interrupted" | "done", counts: object) =>
      show({ type: "rollout", ...about, ...none, customers: 4, ...counts, state }),
    end: () => renderer.onEnd?.(style, page),
    status: (customer: string, outcome: "succeeded" | "failed") =>
      show({ type: "status", ...where(customer), commandId: about.id, outcome, body: "x" } as never),
  };
}

test("on a terminal a table counts the customers by state, and names those that it waits for and those that failed", () => {
  const { sent, diskFull } = shown({ columns: 40, rows: 16 });
  for (const customer of ["acme", "fabrikam", "tailspin"]) sent(customer);
  diskFull("tailspin");

  expect(diskFull("acme").split("\n")).toEqual([
    'rollout k7m2-q4xd-9rtp  "restart"',
    "██████████░░░░░░░░░░ 2 of 4 customers",
    "",
    "     2  failed",
    "     1  waiting  fabrikam",
    "     1  not sent to",
    "",
    "causes",
    "     2  the customer reports a failure…",
    "        acme, tailspin",
    "",
    "Ctrl-C stops it; sent commands stay se…",
  ]);
});

test("the last picture has the next step for each cause, but not the one that the error below it has", () => {
  const { sent, diskFull, failed, ended, end } = shown({ columns: 60, rows: 8 });
  sent("acme");
  diskFull("acme");
  failed("fabrikam", "UnauthorizedAccess", "no Send claim");

  expect(ended("stopped", { failed: 1, refused: 1, pending: 2 }).split("\n")).toEqual([
    'rollout k7m2-q4xd-9rtp  "restart"  stopped',
    "████████████████████░░░░░░░░░░░░░░░░░░░░ 2 of 4 customers",
    "",
    "     1  failed",
    "     1  refused",
    "     2  not sent to",
    "",
    "failed acme the customer reports a failure: disk full",
    "  (CommandFailed)",
    "failed fabrikam no Send claim (UnauthorizedAccess)",
    "  who   customer's administrator",
    "  next  a new role takes up to 10 minutes; without a role:",
    "        xtenant grant fabrikam --wait; with one, check the",
    "        queue names of customers.fabrikam in the config",
  ]);
  expect(end()).toBe("");
});

test("an interrupted rollout says how it goes on, on a terminal and elsewhere", () => {
  const resume = "  next  xtenant rollout resume k7m2-q4xd-9rtp";
  const counts = { answered: 1, pending: 3 };

  expect(shown({ columns: 60, rows: 24 }).ended("interrupted", counts).split("\n").at(-1)).toBe(resume);
  const piped = shown();
  piped.ended("interrupted", counts);
  expect(piped.end()).toBe(`rollout k7m2-q4xd-9rtp interrupted 1 answered, 3 not sent to\n${resume}`);
});

test("the end of a resumed rollout has the causes of earlier failures, which are counted once", () => {
  const message = "the customer reports a failure: disk full";
  const { failed, ended } = shown({ columns: 60, rows: 8 });
  failed("acme", "CommandFailed", message, { earlier: true });

  expect(ended("done", { failed: 1, answered: 3 }).split("\n").slice(3)).toEqual([
    "     3  answered",
    "     1  failed",
    "",
    `failed acme ${message}`,
    "  (CommandFailed)",
  ]);
  expect(shown().failed("acme", "CommandFailed", message, { earlier: true })).toBe("");
});

test("a customer that reports a failure has one line, and one that only answers wrongly has a second", () => {
  const { sent, status, diskFull } = shown();
  for (const customer of ["acme", "fabrikam"]) sent(customer);

  expect([status("acme", "failed"), diskFull("acme")]).toEqual(["✗ acme failed x", ""]);
  expect([status("fabrikam", "succeeded"), diskFull("fabrikam")]).toEqual([
    "✓ fabrikam succeeded x",
    "✗ fabrikam failed",
  ]);
});

test("a dry run has a line for each customer, on a terminal, too", () => {
  const { mode, onRecord } = rolloutRenderer({ dryRun: true });
  const style = styleFor(output(), {}, false);

  expect(mode).toBeUndefined();
  expect(onRecord({ type: "would-send", ...where("acme"), stage: "first" }, style, { columns: 40, rows: 9 })).toBe(
    "would send to acme first",
  );
});
