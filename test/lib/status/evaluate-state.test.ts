import { expect, test } from "vitest";
import { styleFor } from "../../../src/cli/output/style.ts";
import { watchedBoardRenderer } from "../../../src/cli/status-board/board-table.ts";
import { renderHtmlPage } from "../../../src/cli/status-board/html-page.ts";
import { nagiosRenderer } from "../../../src/cli/status-board/nagios.ts";
import { nextSteps } from "../../../src/cli/status-board/next-steps.ts";
import { prometheusRenderer } from "../../../src/cli/status-board/prometheus.ts";
import type { Key } from "../../../src/cli/terminal/keys.ts";
import { formatAge, formatCount } from "../../../src/lib/domain/readable-units.ts";
import { Failure, failureRecord } from "../../../src/lib/errors/failure.ts";
import type { CustomerState, Observation } from "../../../src/lib/status/customer-state.ts";
import { evaluateState } from "../../../src/lib/status/evaluate-state.ts";
import { createSampledProgress } from "../../../src/lib/status/sampled-progress.ts";
import { summarizeStates } from "../../../src/lib/status/state-summary.ts";
import { output } from "../../fakes/output.ts";

const plain = styleFor(output(), {}, false);
const limits = { warnAgeMilliseconds: 3_600_000, criticalAgeMilliseconds: 7_200_000, warnDeadLetters: 1, warnDays: 30 };
const seen: Observation = {
  type: "customer",
  at: "2026-01-01T12:00:00.000Z",
  customer: "a-name-that-is-as-long-as-names-may-be-40",
  tenantId: "t",
  namespace: "acme-bus.servicebus.windows.net",
  consent: "given",
  claims: { send: "held", listen: "held" },
  commands: { queue: "commands", counts: "administration", active: 12_345, deadLetter: 0, scheduled: 0 },
  statuses: { queue: "statuses", counts: "peek", atLeast: true, active: 1_000, deadLetter: 0, scheduled: 0 },
  errors: [],
};

test.each([
  [{}, "ok"],
  [{ oldestStatusAt: "2026-01-01T10:59:00.000Z" }, "warning"],
  [{ oldestStatusAt: "2026-01-01T09:59:00.000Z" }, "critical"],
  [{ statuses: { ...seen.statuses, deadLetter: 1 } }, "warning"],
  [{ credentialDaysLeft: 29 }, "warning"],
  [{ credentialDaysLeft: 0 }, "critical"],
  [{ roundTrip: { outcome: "unanswered", milliseconds: 5 } }, "warning"],
] satisfies [object, string][])("%j is %s", (change, level) => {
  expect(evaluateState({ ...seen, ...change } as Observation, limits).level).toBe(level);
});

test("every finding has a next command, on the board and on the page", () => {
  const change = {
    oldestStatusAt: "2026-01-01T09:59:00.000Z",
    commands: { ...seen.commands, deadLetter: 2 },
    statuses: { ...seen.statuses, deadLetter: 1 },
    credentialDaysLeft: 3,
    roundTrip: { outcome: "unanswered", milliseconds: 5 },
  } as const;
  const state = evaluateState({ ...seen, customer: "acme", ...change }, limits);

  expect(state.concerns).toHaveLength(state.findings.length);
  expect(nextSteps(state)).toEqual([
    "ask acme whether its worker runs; for a rehearsal: xtenant respond acme",
    "xtenant poll acme",
    "xtenant dead-letter list acme --queue command",
    "xtenant dead-letter list acme",
    "xtenant app credential rotate",
  ]);
  expect(renderHtmlPage([state], summaryOf([state]))).toContain("next: xtenant dead-letter list acme --queue command");
});

const own = failureRecord(new Failure("ECONNREFUSED", "login.example refuses the connection", { shared: true }));
const unknown = evaluateState({ ...seen, consent: "unknown", errors: [own] }, limits);
const summaryOf = (states: readonly CustomerState[]) =>
  summarizeStates(states, { credentialDaysLeft: undefined, milliseconds: 1 });

test("a failure of the provider makes its customers unknown, and is one alarm", () => {
  const states = ["acme", "fabrikam"].map((customer) => ({ ...unknown, customer }));
  const summary = summaryOf(states);
  const [nagios, board] = [nagiosRenderer(), watchedBoardRenderer(createSampledProgress())];
  for (const event of states) nagios.onRecord(event, plain);
  nagios.onRecord(summary, plain);
  for (const event of states) board.onRecord(event, plain);
  const texts = [nagios.onEnd?.(plain) ?? "", board.onRecord(summary, plain), renderHtmlPage(states, summary)];

  expect(summary).toMatchObject({ level: "unknown", unknown: 2, critical: 0 });
  for (const text of texts) expect(text.match(/login\.example refuses the connection/g)).toHaveLength(1);
  expect(texts[0]).toMatch(/^XTENANT UNKNOWN - 0 of 2 customers are healthy \| ok=0 warning=0 unknown=2 critical=0 /);
});

test.each([40, 80, 200])(
  "a board fits into %i columns and into the rows there are, foreign text included",
  (columns) => {
    const errors = [
      {
        kind: "auth",
        code: "AADSTS700016",
        message: `\u001b[2J<b>"${"x".repeat(200)}`,
        actor: "operator",
        retryable: false,
      } as const,
    ];
    const states = Array.from({ length: 50 }, () => evaluateState({ ...seen, errors }, limits));
    const { onRecord } = watchedBoardRenderer(createSampledProgress());
    const summary = summarizeStates(states, { credentialDaysLeft: 20, milliseconds: 1 });
    for (const state of states) onRecord(state, plain, { columns, rows: 24 });

    const lines = onRecord(summary, plain, { columns, rows: 24 }).split("\n");

    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines.join("\n")).not.toContain("\u001b");
    expect(renderHtmlPage(states, summary)).not.toContain("\u001b");
    expect(renderHtmlPage(states, summary)).not.toContain('<b>"');
  },
);

test("a board that is higher than the window scrolls by keys, to its last line and no further", () => {
  const { onRecord, mode } = watchedBoardRenderer(createSampledProgress());
  const page = { columns: 80, rows: 12, keys: true };
  const states = Array.from({ length: 50 }, (_, index) => ({ ...evaluateState(seen, limits), customer: `c-${index}` }));
  for (const state of states) onRecord(state, plain, page);
  const frame = onRecord(summaryOf(states), plain, page);
  if (typeof mode !== "object" || !("board" in mode)) expect.fail("no board");
  mode.board.onKey("end", page);
  const last = mode.board.frame(plain, page);
  mode.board.onKey("home", page);

  expect(frame).toMatch(/… \d+ more lines {2}\(↑ ↓ scroll, \? help, q ends\)/);
  expect(last).toMatch(/c-49.*\n {3}… no more lines, \d+ above/);
  expect(last.split("\n").length).toBeLessThan(12);
  expect(mode.board.frame(plain, page)).toBe(frame);
});

test("a person filters the board by name and level, with letters that are keys otherwise, and sees its legend", () => {
  const { onRecord, mode } = watchedBoardRenderer(createSampledProgress());
  const page = { columns: 80, rows: 24, keys: true };
  const states = ["acme", "quark", "jackal"].map((customer) => ({ ...evaluateState(seen, limits), customer }));
  for (const state of states) onRecord(state, plain, page);
  onRecord(summaryOf(states), plain, page);
  if (typeof mode !== "object" || !("board" in mode)) expect.fail("no board");
  const { board } = mode;
  const names = () => ["acme", "quark", "jackal"].filter((name) => board.frame(plain, page).includes(` ${name} `));
  const press = (...keys: readonly Key[]) => keys.forEach((key) => void board.onKey(key, page));

  press("filter");
  expect(board.isTyping?.()).toBe(true);
  press({ text: "q" }, { text: "x" }, "erase");
  expect(names()).toEqual(["quark"]);
  expect(board.frame(plain, page)).toContain("filter: q_");
  press("accept");
  expect(board.isTyping?.()).toBe(false);
  press({ text: "j" });
  expect(names()).toEqual(["quark"]);
  press("leave", "filter", { text: "zz" });
  expect(board.frame(plain, page)).toContain("no customer matches the filter");
  press("leave");
  expect(names()).toEqual(["acme", "quark", "jackal"]);
  press("help");
  expect(board.frame(plain, page)).toContain("COMMANDS        active messages");
  press("help");
  expect(names()).toEqual(["acme", "quark", "jackal"]);
});

test("labels of metrics are escaped", () => {
  const { onRecord, onEnd } = prometheusRenderer();
  const [state] = [evaluateState({ ...seen, customer: 'a"\\\n' }, limits)];
  onRecord(state, plain);
  onRecord(summarizeStates([state], { milliseconds: 1 }), plain);
  expect(onEnd?.(plain)).toContain('customer="a\\"\\\\\\n"');
});

test("ages and counts are short", () => {
  expect([0, 61_000, 7_200_000, 90_000_000].map(formatAge)).toEqual(["0s", "1m", "2h", "1d"]);
  expect([999, 1_234, 123_456, 2_500_000].map(formatCount)).toEqual(["999", "1.2k", "123k", "2.5M"]);
});
