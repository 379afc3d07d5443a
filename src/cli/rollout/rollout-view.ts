import { countText } from "../../lib/domain/count-text.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";
import { bodyOfRecord } from "../../lib/domain/record-field.ts";
import type { FailureRecord } from "../../lib/errors/failure.ts";
import {
  type RolloutCounts,
  type RolloutFailed,
  type RolloutSummary,
  rolloutWord,
} from "../../lib/rollout/rollout-summary.ts";
import { clipText } from "../output/clip-text.ts";
import { nextLine } from "../output/customer-failure.ts";
import { failureGroupsText, groupFailures } from "../output/failure-groups.ts";
import type { Style } from "../output/style.ts";
import { wrapToPage } from "../output/wrap-text.ts";
import type { Renderer } from "../run-command.ts";
import type { Page } from "../terminal/screen.ts";
import type { RolloutStep } from "./perform-rollout.ts";

type Counted = Exclude<keyof RolloutCounts, "customers">;

/** The words for each state, in the order of the table. */
const labels: readonly (readonly [state: Counted, label: string, paint: "green" | "red" | "yellow" | "dim"])[] = [
  ["answered", "answered", "green"],
  ["failed", "failed", "red"],
  ["refused", "refused", "red"],
  ["silent", "no status", "yellow"],
  ["unknown", "unknown", "yellow"],
  ["sent", "waiting", "dim"],
  ["pending", "not sent to", "dim"],
];

/** What a person calls the state of a customer. */
export const stateLabel = (wanted: Counted): string => labels.find(([state]) => state === wanted)?.[1] ?? wanted;

/** `145 answered, 3 failed, 2 waiting` */
export const countsText = (counts: Pick<RolloutCounts, Counted>, style?: Style): string =>
  labels
    .filter(([state]) => counts[state] > 0)
    .map(([state, label, paint]) => {
      const text = `${counts[state]} ${label}`;
      return style ? style[paint](text) : text;
    })
    .join(", ");

export const summaryText = (summary: RolloutSummary, style: Style): string =>
  `${style.bold(`rollout ${summary.id}`)} ${summary.state} ${countsText(summary, style)}`;

/**
 * Lines as things happen, and the customers that failed at the end, grouped by cause. On a terminal, a table that is kept up to date takes
 * the place of the lines; a dry run has no steps to keep up with.
 */
export function rolloutRenderer({ dryRun }: { readonly dryRun?: true } = {}): Renderer<RolloutStep> {
  if (dryRun) return { onRecord: lineOf };
  const progress = createProgress();
  return {
    mode: { board: { frame: (style, page) => progress.frame(style, page), onKey: () => {} } },
    onRecord: (record, style, page) => {
      const isNews = progress.observe(record);
      if (page) return progress.frame(style, page);
      return isNews ? lineOf(record, style, page) : "";
    },
    onEnd: (style, page) => progress.end(style, page),
  };
}

function createProgress() {
  let summary: RolloutSummary | undefined;
  const failures: RolloutFailed[] = [];
  const moved = new Map<string, { from: Counted; to: Counted }>();
  const move = (customer: string, to: Counted, from: Counted) => {
    const before = moved.get(customer);
    moved.set(customer, { from: before?.from ?? from, to });
  };
  /** The counts of the beginning, moved by what has happened since. */
  const countsOf = (begun: RolloutSummary) => {
    const counted = Object.fromEntries(labels.map(([state]) => [state, begun[state]])) as Record<Counted, number>;
    if (begun.state !== "running") return counted;
    for (const { from, to } of moved.values()) {
      counted[from] = Math.max(0, counted[from] - 1);
      counted[to] += 1;
    }
    return counted;
  };
  const top = (about: RolloutSummary, style: Style, page: Page): readonly string[] => {
    const { id, what, customers, state } = about;
    const counts = countsOf(about);
    const end = state === "running" || state === "done" ? "" : `  ${state}`;
    const head = clipText(`rollout ${id}  ${plainLine(what)}`, page.columns - 1 - end.length);
    const done = customers - counts.pending - counts.sent;
    const waiting = [...moved].filter(([, { to }]) => to === "sent").map(([name]) => name);
    const rows = labels
      .filter(([counted]) => counts[counted] > 0)
      .map(([counted, label, paint]) => {
        const text = `${String(counts[counted]).padStart(6)}  ${label}`;
        const names =
          counted === "sent" ? `  ${clipText(waiting.sort().join(", "), page.columns - 3 - text.length)}` : "";
        return `${style[paint](text)}${names.trimEnd()}`;
      });
    const bar = barOf(done / Math.max(1, customers), Math.min(40, page.columns - 20), style);
    return [`${style.bold(head)}${end}`, `${bar} ${done} of ${countText(customers, "customer")}`, "", ...rows];
  };
  /** While it runs: a line for each cause. The next steps come at the end. */
  const causes = ({ dim }: Style, page: Page): readonly string[] => {
    if (failures.length === 0) return [];
    const line = (head: string, text: string) => clipText(`${head.padStart(6)}  ${text}`, page.columns - 1);
    const groups = groupFailures(failures).flatMap((group) => {
      const names = group.map(({ customer }) => customer).sort();
      return [line(String(group.length), plainLine(group[0]?.error.message ?? "")), line("", names.join(", "))];
    });
    return ["", dim("causes"), ...groups];
  };
  /** Each cause with its next step. The error that ends the command has the steps of the rollout. */
  const failed = (style: Style, page?: Page): string => {
    const hasNext = ({ remedy }: FailureRecord) => summary?.state === "interrupted" || remedy !== "RolloutFailed";
    return failureGroupsText(failures, style, { hasNext, ...(page && { page }) });
  };
  /** No error ends a command that was interrupted. */
  const resume = ({ dim }: Style, page?: Page): string => {
    if (summary?.state !== "interrupted") return "";
    const counts: RolloutCounts = summary;
    const isOpen = labels.some(([state]) => isLeft(state) && counts[state] > 0);
    return isOpen ? nextLine(`xtenant rollout resume ${rolloutWord(summary)}`, dim, page) : "";
  };
  return {
    /** Gives whether the record is news beside those before it. */
    observe: (record: RolloutStep): boolean => {
      if (record.type === "rollout") summary = record;
      // Before it was sent it was to be sent; otherwise it was waited for.
      if (record.type === "sent") move(record.customer, "sent", "pending");
      if (record.type === "unknown") move(record.customer, "unknown", "pending");
      if (record.type === "status") move(record.customer, record.outcome === "failed" ? "failed" : "answered", "sent");
      if (record.type !== "failed") return true;
      failures.push(record);
      // The counts of the beginning have it.
      if (record.earlier) return false;
      const isKnown = record.state === "failed" && moved.get(record.customer)?.to === "failed";
      move(record.customer, record.state, record.state === "refused" ? "pending" : "sent");
      return !isKnown;
    },
    frame: (style: Style, page: Page): string => {
      if (summary === undefined) return "";
      const lines = top(summary, style, page);
      if (summary.state !== "running") {
        const end = [failed(style, page), resume(style, page)].filter(Boolean);
        return [...lines, ...(end.length === 0 ? [] : [""]), ...end].join("\n");
      }
      const hint = ["", style.dim(clipText("Ctrl-C stops it; sent commands stay sent", page.columns - 1))];
      const room = Math.max(1, page.rows - 1 - hint.length);
      return [...[...lines, ...causes(style, page)].slice(0, room), ...hint].join("\n");
    },
    end: (style: Style, page?: Page): string => {
      if (page) return "";
      const last = summary && summary.state !== "running" ? summaryText(summary, style) : "";
      return [failed(style), last, resume(style)].filter(Boolean).join("\n");
    },
  };
}

/** What `resume` works on. */
const isLeft = (state: Counted) => state !== "answered" && state !== "failed";

function barOf(share: number, width: number, { green, dim }: Style): string {
  const full = Math.floor(share * Math.max(0, width));
  return green("█".repeat(full)) + dim("░".repeat(Math.max(0, width) - full));
}

/** Failures come at the end, grouped. */
function lineOf(record: RolloutStep, { bold, dim, green, red, yellow }: Style, page: Page | undefined): string {
  const wrap = (line: string) => wrapToPage(line, page);
  switch (record.type) {
    case "rollout":
      return "";
    case "would-send":
      return wrap(`${yellow("would send")} to ${record.customer}${record.stage === "first" ? " first" : ""}`);
    case "sent":
      return wrap(`${green("sent")} ${plainLine(record.messageId ?? "")} to ${record.customer}`);
    case "unknown":
      return wrap(`${yellow("unknown")} whether ${plainLine(record.messageId)} reached ${record.customer}`);
    case "status": {
      const isFailed = record.outcome === "failed";
      const paint = isFailed ? red : green;
      const said = plainLine(record.detail ?? bodyOfRecord(record));
      return wrap(
        `${paint(isFailed ? "✗" : "✓")} ${bold(record.customer)} ${paint(record.outcome ?? "status")} ${dim(said)}`,
      );
    }
    case "failed":
      return wrap(`${red("✗")} ${bold(record.customer)} ${red(stateLabel(record.state))}`);
  }
}
