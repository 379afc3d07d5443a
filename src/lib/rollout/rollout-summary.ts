import { basename, dirname, join } from "node:path";
import type { Provenance } from "../domain/customer.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import { shellWord } from "../domain/shell-word.ts";
import type { FailureRecord } from "../errors/failure.ts";
import type { CustomerProgress, Destination, Rollout, RolloutEnd } from "./rollout-entry.ts";

/** How many customers are where. `sent` waits for a status. */
export type RolloutCounts = {
  readonly customers: number;
  /** Not sent to. */
  readonly pending: number;
  readonly sent: number;
  readonly answered: number;
  /** The customer reports a failure. */
  readonly failed: number;
  /** Certainly not sent: the customer or the network refused. */
  readonly refused: number;
  /** No status in time. */
  readonly silent: number;
  /** Whether the command was sent is unknown. */
  readonly unknown: number;
};

/** A rollout: `running` when a run begins, and its end; `killed` when a process ended without an end. */
export type RolloutSummary = { readonly type: "rollout" } & {
  readonly id: string;
  readonly state: RolloutEnd | "running" | "killed";
  readonly what: string;
  readonly begunAt: string;
  readonly context?: string;
  readonly config: string;
  readonly retryOf?: string;
  readonly file: string;
} & RolloutCounts;

/** A customer at which the command failed. `refused`: certainly not sent; `unknown`: perhaps sent; `silent`: no status in time. */
export type RolloutFailed = { readonly type: "failed" } & Provenance & {
    readonly messageId: string;
    readonly state: "refused" | "unknown" | "silent" | "failed";
    readonly error: FailureRecord;
    /** In a run before this one. */
    readonly earlier?: true;
  };

/** What to call a rollout on the command line: its id where it is in the state folder, otherwise its file. */
export function rolloutWord({ id, file }: Pick<RolloutSummary, "id" | "file">): string {
  const [folder, name] = [dirname(file), basename(file)];
  const isInState = join(basename(dirname(folder)), basename(folder)) === join("xtenant", "rollouts");
  return isInState && name === `${id}.ndjson` ? id : shellWord(file);
}

export function summarize(
  { begin, file }: Pick<Rollout, "begin" | "file">,
  progress: ReadonlyMap<string, CustomerProgress>,
  state: RolloutSummary["state"],
): RolloutSummary {
  const { id, what, at, context, config, retryOf } = begin;
  const states = [...progress.values()].map((one) => one.state);
  const count = (wanted: CustomerProgress["state"]) => states.filter((one) => one === wanted).length;
  return {
    type: "rollout",
    id,
    state,
    what,
    begunAt: at,
    config,
    ...omitUndefined({ context, retryOf }),
    file,
    customers: states.length,
    pending: count("pending"),
    sent: count("sent"),
    answered: count("answered"),
    failed: count("failed"),
    refused: count("refused"),
    silent: count("silent"),
    unknown: count("unknown"),
  };
}

/** One customer of a rollout, from its result file. */
export type RolloutCustomer = { readonly type: "customer" } & Destination & {
    readonly state: CustomerProgress["state"];
    readonly at?: string;
    readonly error?: FailureRecord;
  };
