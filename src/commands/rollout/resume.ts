import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { confirmCustomers, yesOption } from "../../cli/options/confirm-customers.ts";
import { performRollout, planText, type RolloutStep, wouldRollOut } from "../../cli/rollout/perform-rollout.ts";
import { rolloutArgument } from "../../cli/rollout/rollout-options.ts";
import { rolloutRenderer } from "../../cli/rollout/rollout-view.ts";
import { Failure } from "../../lib/entry/errors.ts";
import { customersOf, findRollout, isToSend, openCustomers, rolloutWord } from "../../lib/entry/rollouts.ts";

type Options = { readonly resendUnknown?: true; readonly dryRun?: true; readonly yes?: true };

/** Does the rest of a rollout. A customer that may have the command is not sent to again without the option. */
export async function* resume(
  context: Context,
  idOrFile: string,
  { resendUnknown, dryRun, yes }: Options,
): AsyncGenerator<RolloutStep> {
  const rollout = await findRollout(context.terminal.env, idOrFile);
  const { begin, file, customers } = rollout;
  const config = await context.config.read();
  const word = rolloutWord({ id: begin.id, file });
  const names = openCustomers(rollout);
  if (names.length === 0)
    throw new Failure("RolloutNothingLeft", `every customer of rollout ${begin.id} has answered`, {
      params: { name: word },
    });
  const open = customersOf(config, rollout, names);
  const toSend = open.filter(({ name }) => isToSend(customers.get(name), resendUnknown));
  if (dryRun) {
    yield* wouldRollOut(toSend, {});
    return;
  }
  const namesIn = (wanted: "unknown" | "failed") =>
    [...customers].filter(([, { state }]) => state === wanted).map(([name]) => name);
  const failed = namesIn("failed");
  if (failed.length > 0)
    context.log.info(
      `failed before, and not sent to again: ${failed.join(", ")}; xtenant rollout retry ${word} --failed sends again`,
    );
  const unknown = namesIn("unknown");
  if (unknown.length > 0)
    context.log.info(
      resendUnknown
        ? `warning: sent again with the same id, although it may have arrived: ${unknown.join(", ")}`
        : `it is unknown whether the command was sent to ${unknown.join(", ")}: only their statuses are waited for; --resend-unknown sends again`,
    );
  if (toSend.length > 1)
    await confirmCustomers(context, {
      config,
      customers: toSend,
      action: `Resume ${begin.what}${planText(begin.plan)}: send to`,
      yes,
    });
  yield* performRollout(context, { config, file, ...(resendUnknown && { resendUnknown }) });
}

export const resumeCommand = defineCommand({
  name: "resume",
  summary: "continue a rollout that was stopped or killed",
  description:
    "Continue a rollout: send to the customers that were not sent to, and wait for the statuses that are missing. Where a kill left it unknown whether the command was sent, nothing is sent again without --resend-unknown.",
  arguments: rolloutArgument,
  options: {
    resendUnknown: {
      flags: "--resend-unknown",
      description: "send again where it is unknown whether the command was sent, with the same message id",
    },
    dryRun: { flags: "--dry-run", description: "show the customers that would be sent to, and send nothing" },
    yes: yesOption,
  },
  createRenderer: rolloutRenderer,
  changes: true,
  run: (context, { rollout }, options) => resume(context, rollout, options),
  examples: [
    { line: "xtenant rollout resume k7m2 --dry-run", what: "show who would be sent to", exitCode: 6 },
    { line: "xtenant rollout resume k7m2-q4xd-9rtp", what: "continue a rollout", exitCode: 6 },
  ],
  seeAlso: ["rollout show", "rollout retry"],
});
