import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { formatTime } from "../../cli/output/format-time.ts";
import { wrapToPage } from "../../cli/output/wrap-text.ts";
import { countsText } from "../../cli/rollout/rollout-view.ts";
import type { View } from "../../cli/run-command.ts";
import {
  isRunning,
  type RolloutSummary,
  readRollout,
  rolloutFile,
  rolloutIds,
  summarize,
} from "../../lib/entry/rollouts.ts";
import { plainLine } from "../../lib/entry/values.ts";

/** The rollouts in the state folder, the newest last. */
export async function* list({ terminal, log }: Pick<Context, "terminal" | "log">): AsyncGenerator<RolloutSummary> {
  const { env } = terminal;
  const summaries: RolloutSummary[] = [];
  for (const id of await rolloutIds(env)) {
    const file = rolloutFile(env, id);
    try {
      const rollout = await readRollout(file);
      const state = rollout.ended ?? ((await isRunning(file)) ? "running" : "killed");
      summaries.push(summarize(rollout, rollout.customers, state));
    } catch (error) {
      log.info(`warning: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (summaries.length === 0) log.info("there are no rollouts");
  yield* summaries.sort((one, other) => one.begunAt.localeCompare(other.begunAt));
}

const view: View<RolloutSummary> = (summary, { bold, dim }, page) => {
  const { id, state, what, begunAt, context, config, retryOf } = summary;
  const again = retryOf === undefined ? "" : `, again after ${retryOf}`;
  return wrapToPage(
    `${bold(id)} ${state} ${plainLine(what)}: ${countsText(summary)} ${dim(`${formatTime(begunAt)}, ${plainLine(context ?? config)}${again}`)}`,
    page,
  );
};

export const listCommand = defineCommand({
  name: "list",
  aliases: ["ls"],
  summary: "list the rollouts of this user",
  description: "List the rollouts whose result files are in the user's state folder, the newest last.",
  paged: "top",
  run: (context) => list(context),
  render: view,
  examples: [
    { line: "xtenant rollout list", what: "list the rollouts with their counts" },
    { line: "xtenant rollout list -o table", what: "the same as a table" },
  ],
  seeAlso: ["rollout show"],
});
