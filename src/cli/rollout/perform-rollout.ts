import { resolve } from "node:path";
import { localActor } from "../../lib/audit/actor.ts";
import type { Config } from "../../lib/config/config.ts";
import { type Customer, type Provenance, provenanceOf } from "../../lib/domain/customer.ts";
import { customersOf } from "../../lib/rollout/begin-rollout.ts";
import type { RolloutEntry, RolloutPlan } from "../../lib/rollout/rollout-entry.ts";
import { openRolloutJournal, readRollout } from "../../lib/rollout/rollout-file.ts";
import { openCustomers, type RolloutRecord, runRollout } from "../../lib/rollout/run-rollout.ts";
import type { Context } from "../context.ts";
import { formatRate } from "../status-line/status-line-text.ts";

/** What `--dry-run` would send to one customer. `first`: before the others. */
export type WouldSend = { readonly type: "would-send" } & Provenance & { readonly stage: "first" | "others" };
export type RolloutStep = RolloutRecord | WouldSend;

type Performance = {
  readonly config: Config;
  readonly file: string;
  /** The first lines of a new result file. */
  readonly entries?: readonly RolloutEntry[];
  readonly resendUnknown?: true;
};

/** Writes the first lines of a rollout, or continues it, and does the rest. */
export async function* performRollout(
  context: Context,
  { config, file, entries = [], resendUnknown }: Performance,
): AsyncGenerator<RolloutRecord> {
  const { terminal, log } = context;
  await using journal = await openRolloutJournal(file);
  if (entries.length > 0) await journal.write(...entries);
  // Only now nobody else writes to it.
  const rollout = await readRollout(file);
  const customers = customersOf(config, rollout, openCustomers(rollout));
  log.info(`rollout ${rollout.begin.id}: ${file}`);
  const { user, host } = localActor(terminal.env);
  yield* runRollout(context, rollout, {
    customers,
    journal,
    by: { user, host },
    ...(resendUnknown && { resendUnknown }),
  });
}

export async function* wouldRollOut(
  customers: readonly Customer[],
  { first = 0 }: Pick<RolloutPlan, "first">,
): AsyncGenerator<WouldSend> {
  for (const [index, customer] of customers.entries())
    yield { type: "would-send", ...provenanceOf(customer, "command"), stage: index < first ? "first" : "others" };
}

/** `first to 5, 30/min`: for the question. */
export function planText({ first, perSecond, stopOnFailure }: RolloutPlan): string {
  const parts = [
    first !== undefined && `first to ${first}`,
    perSecond !== undefined && formatRate(perSecond),
    stopOnFailure && "stop on failure",
  ].filter(Boolean);
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

export const resultsFile = ({ terminal }: Pick<Context, "terminal">, given: string | undefined, standard: string) =>
  given === undefined ? standard : resolve(terminal.workingDirectory, given);
