import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { failureGroupsText } from "../../cli/output/failure-groups.ts";
import { wrapToPage } from "../../cli/output/wrap-text.ts";
import { rolloutArgument } from "../../cli/rollout/rollout-options.ts";
import { stateLabel, summaryText } from "../../cli/rollout/rollout-view.ts";
import type { Renderer } from "../../cli/run-command.ts";
import { failureFromRecord, failureRecord } from "../../lib/entry/errors.ts";
import {
  findRollout,
  isRunning,
  type RolloutCustomer,
  type RolloutSummary,
  summarize,
} from "../../lib/entry/rollouts.ts";

export type ShownRollout = RolloutCustomer | RolloutSummary;

/** What the result file says of each customer, and of all. */
export async function* show({ terminal }: Pick<Context, "terminal">, idOrFile: string): AsyncGenerator<ShownRollout> {
  const rollout = await findRollout(terminal.env, idOrFile);
  const { begin, customers, file, ended } = rollout;
  for (const destination of begin.customers) {
    const { state = "pending", at, error } = customers.get(destination.customer) ?? {};
    yield {
      type: "customer",
      ...destination,
      state,
      ...(at === undefined ? {} : { at }),
      ...(error === undefined ? {} : { error: failureRecord(failureFromRecord(error)) }),
    };
  }
  yield summarize(rollout, customers, ended ?? ((await isRunning(file)) ? "running" : "killed"));
}

/** Customers by state, then the failures by cause. */
function showRenderer(): Renderer<ShownRollout> {
  const byState = new Map<RolloutCustomer["state"], string[]>();
  const failures: Parameters<typeof failureGroupsText>[0][number][] = [];
  return {
    onRecord: (record, style, page) => {
      if (record.type === "customer") {
        const { customer, state, error } = record;
        if (error) failures.push({ ...record, error });
        else byState.set(state, [...(byState.get(state) ?? []), customer]);
        return "";
      }
      const lines = [...byState].map(([state, names]) =>
        wrapToPage(`${style.bold(stateLabel(state))} ${names.sort().join(", ")}`, page),
      );
      return [...lines, failureGroupsText(failures, style, page && { page }), summaryText(record, style)]
        .filter(Boolean)
        .join("\n");
    },
  };
}

export const showCommand = defineCommand({
  name: "show",
  summary: "show where each customer of a rollout is",
  description:
    "Show where each customer of a rollout is, from its result file: answered, failed, not sent. It reads no queue.",
  arguments: rolloutArgument,
  createRenderer: () => showRenderer(),
  paged: "top",
  run: (context, { rollout }) => show(context, rollout),
  examples: [
    { line: "xtenant rollout show k7m2-q4xd-9rtp", what: "show a rollout by its id", exitCode: 6 },
    { line: "xtenant rollout show k7m2 -o csv", what: "the same as CSV, by the beginning of its id", exitCode: 6 },
  ],
  seeAlso: ["rollout resume", "rollout retry", "command show"],
});
