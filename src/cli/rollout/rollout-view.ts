import { countText } from "../../lib/domain/count-text.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";
import { bodyOfRecord } from "../../lib/domain/record-field.ts";
import type { RolloutCounts, RolloutFailed, RolloutSummary } from "../../lib/rollout/rollout-summary.ts";
import { clipText } from "../output/clip-text.ts";
import { failureGroupsText, groupFailures } from "../output/failure-groups.ts";
import type { Style } from "../output/style.ts";
import { table } from "../output/table.ts";
import { wrapToPage } from "../output/wrap-text.ts";
import type { Renderer } from "../run-command.ts";
import type { Page } from "../terminal/screen.ts";
import type { RolloutStep } from "./perform-rollout.ts";

type Counted = Exclude<keyof RolloutCounts, "customers">;

/** The words for each state, in the order of the table. */
const labels: readonly (readonly [state: Counted, label: string, paint: "green" | "red" | "yellow" | "dim"])[] = [
  ["answered", "answered", "green"],
  ["failed", "failed", "red"],
  ["refused", "not sent", "red"],
  ["silent", "no status", "yellow"],
  ["unknown", "unknown", "yellow"],
  ["sent", "waiting", "dim"],
  ["pending", "to be sent", "dim"],
];

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
 * the place of the lines.
 */
export function rolloutRenderer(): Renderer<RolloutStep> {
  const progress = createProgress();
  return {
    mode: { board: { frame: (style, page) => progress.frame(style, page), onKey: () => {} } },
    onRecord: (record, style, page) => {
      progress.observe(record);
      return page && record.type !== "would-send" ? progress.frame(style, page) : lineOf(record, style, page);
    },
    onEnd: (style, page) => progress.end(style, page),
  };
}

function createProgress() {
  let summary: RolloutSummary | undefined;
  const failures: RolloutFailed[] = [];
  /** The counts of the beginning, moved by what has happened since. */
  const current = () => {
    const counted = Object.fromEntries(labels.map(([state]) => [state, summary?.[state] ?? 0])) as Record<
      Counted,
      number
    >;
    if (summary?.state !== "running") return counted;
    for (const { from, to } of moved.values()) {
      counted[from] = Math.max(0, counted[from] - 1);
      counted[to] += 1;
    }
    return counted;
  };
  const moved = new Map<string, { from: Counted; to: Counted }>();
  const move = (customer: string, to: Counted, from: Counted) => {
    const before = moved.get(customer);
    moved.set(customer, { from: before?.from ?? from, to });
  };
  return {
    observe: (record: RolloutStep) => {
      if (record.type === "rollout") summary = record;
      // Before it was sent it was to be sent; otherwise it was waited for.
      if (record.type === "sent") move(record.customer, "sent", "pending");
      if (record.type === "unknown") move(record.customer, "unknown", "pending");
      if (record.type === "status") move(record.customer, "answered", "sent");
      if (record.type === "failed") {
        failures.push(record);
        move(record.customer, record.state, record.state === "refused" ? "pending" : "sent");
      }
    },
    frame: (style: Style, page: Page): string => {
      if (summary === undefined) return "";
      const { bold, dim } = style;
      const now = current();
      const head = clipText(`rollout ${summary.id}  ${plainLine(summary.what)}`, page.columns - 1);
      const rows = table(
        labels.filter(([state]) => now[state] > 0).map(([state, label]) => [String(now[state]).padStart(6), label]),
      );
      const causes = groupFailures(failures).flatMap((group) => {
        const names = group.map(({ customer }) => customer).sort();
        const line = (head: string, text: string) => clipText(`${head.padStart(6)}  ${text}`, page.columns - 1);
        return [line(String(group.length), plainLine(group[0]?.error.message ?? "")), line("", names.join(", "))];
      });
      const bar = barOf(now, summary.customers, Math.min(40, page.columns - 20));
      const lines = [
        bold(head),
        `${bar} ${summary.customers - now.pending - now.sent} of ${countText(summary.customers, "customer")}`,
        "",
        rows,
        ...(causes.length === 0 ? [] : ["", dim("causes"), ...causes]),
      ]
        .join("\n")
        .split("\n");
      return lines.slice(0, Math.max(1, page.rows - 1)).join("\n");
    },
    end: (style: Style, page?: Page): string => {
      const failed = failureGroupsText(failures, style, page && { page });
      const last = summary && summary.state !== "running" ? summaryText(summary, style) : "";
      return [failed, page ? "" : last].filter(Boolean).join("\n");
    },
  };
}

function barOf(counts: Record<Counted, number>, customers: number, width: number): string {
  const done = customers - counts.pending - counts.sent;
  const full = Math.floor((done / Math.max(1, customers)) * width);
  return "█".repeat(full).padEnd(Math.max(0, width), "░");
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
      return wrap(
        `${red("✗")} ${bold(record.customer)} ${red(record.state === "refused" ? "not sent" : record.state)}`,
      );
  }
}
