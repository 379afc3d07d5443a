import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { confirmCustomers } from "../../cli/options/confirm-customers.ts";
import { requireFieldPath } from "../../cli/options/send-input.ts";
import {
  performRollout,
  planText,
  type RolloutStep,
  resultsFile,
  wouldRollOut,
} from "../../cli/rollout/perform-rollout.ts";
import { beginOptions, planOptions, rolloutArgument } from "../../cli/rollout/rollout-options.ts";
import { rolloutRenderer } from "../../cli/rollout/rollout-view.ts";
import { Failure } from "../../lib/entry/errors.ts";
import {
  findRollout,
  newCommandId,
  type RolloutPlan,
  readRollout,
  requireNewFile,
  retryRollout,
  rolloutFile,
  rolloutIds,
} from "../../lib/entry/rollouts.ts";
import { omitUndefined } from "../../lib/entry/values.ts";

type Options = {
  readonly failed?: true;
  readonly unanswered?: true;
  readonly first?: number;
  readonly stopOnFailure?: true;
  readonly rate?: number;
  readonly timeout?: number;
  readonly correlate?: string;
  readonly results?: string;
  readonly dryRun?: true;
  readonly yes?: true;
};

/** A new rollout of the same message, with an id of its own, for some customers of an earlier one. */
export async function* retry(context: Context, idOrFile: string, options: Options): AsyncGenerator<RolloutStep> {
  const { failed, unanswered, first, stopOnFailure, rate, timeout, correlate, results, dryRun, yes } = options;
  if (!failed && !unanswered)
    throw new Failure("UsageMissingOption", "say which customers: --failed, --unanswered or both");
  requireFieldPath(correlate);
  const { env } = context.terminal;
  const rollout = await findRollout(env, idOrFile);
  const config = await context.config.read();
  const id = newCommandId();
  const { first: _, ...before } = rollout.begin.plan;
  const plan: RolloutPlan = {
    ...before,
    ...omitUndefined({ first, stopOnFailure, perSecond: rate, timeout, correlate }),
  };
  const states = [
    ...(failed ? (["failed", "refused"] as const) : []),
    ...(unanswered ? (["silent", "sent", "unknown"] as const) : []),
  ];
  const { customers, entries } = retryRollout(config, rollout, { id, plan, states });
  for (const earlier of await retriesOf(context, rollout.begin.id))
    context.log.info(
      `warning: customers of this rollout got the command again before: xtenant rollout show ${earlier}`,
    );
  if (dryRun) {
    yield* wouldRollOut(customers, plan);
    return;
  }
  const file = resultsFile(context, results, rolloutFile(env, id));
  await requireNewFile(file);
  if (customers.length > 1)
    await confirmCustomers(context, {
      config,
      customers,
      action: `Send ${rollout.begin.what} again${planText(plan)} to`,
      yes,
    });
  yield* performRollout(context, { config, file, entries });
}

/** The rollouts in the state folder that repeated this one. */
async function retriesOf({ terminal: { env } }: Context, id: string): Promise<readonly string[]> {
  const ids = await rolloutIds(env);
  const read = await Promise.all(ids.map((one) => readRollout(rolloutFile(env, one)).catch(() => undefined)));
  return read.flatMap((one) => (one?.begin.retryOf === id ? [one.begin.id] : []));
}

export const retryCommand = defineCommand({
  name: "retry",
  summary: "repeat a rollout for the customers that failed",
  description:
    "Send the message of a rollout again to the customers at which it failed, or that gave no status. It is a new rollout, and the message has a new id. A customer without a status may have done the command already.",
  arguments: rolloutArgument,
  options: {
    failed: { flags: "--failed", description: "customers that reported a failure, or that could not be sent to" },
    unanswered: {
      flags: "--unanswered",
      description: "customers that gave no status, or for which it is unknown whether the command was sent",
    },
    ...planOptions,
    ...beginOptions,
  },
  createRenderer: rolloutRenderer,
  changes: true,
  run: (context, { rollout }, options) => retry(context, rollout, options),
  examples: [
    { line: "xtenant rollout retry k7m2-q4xd-9rtp --failed", what: "repeat it where it failed", exitCode: 6 },
    {
      line: "xtenant rollout retry k7m2 --failed --unanswered --dry-run",
      what: "show who would get the command again",
      exitCode: 6,
    },
  ],
  seeAlso: ["rollout show", "rollout resume"],
});
