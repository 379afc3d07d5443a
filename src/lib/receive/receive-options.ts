import type { CustomerName, Tag } from "../domain/customer.ts";
import type { Shard } from "../domain/shard.ts";
import { Failure } from "../errors/failure.ts";
import type { HealthAddress } from "../health/health-address.ts";
import type { CustomerHealthTracker } from "../telemetry/customer-health.ts";

/** The options of `xtenant poll`; durations in milliseconds. */
export type PollOptions = {
  readonly all?: true;
  readonly tag?: readonly Tag[];
  readonly shard?: Shard;
  readonly watch?: true;
  readonly interval?: number;
  readonly untilEmpty?: true;
  readonly max?: number;
  /** How long a drain waits for a message that was not there when it started; a second where it may still come by default. */
  readonly idle?: number;
  readonly timeout?: number;
  readonly where?: string;
  /** Only statuses that report this outcome. */
  readonly outcome?: "succeeded" | "failed";
  /** Ends as a failure when a received status reports this outcome. */
  readonly failOn?: "failed";
  /** Deferred messages by their numbers. */
  readonly sequence?: readonly bigint[];
  readonly toFile?: string;
  readonly exec?: readonly string[];
  /** The environment of programs that `exec` starts. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly forward?: string;
  readonly toUrl?: string;
  readonly concurrency?: number;
  readonly dedup?: true;
  readonly heartbeat?: number;
  readonly health?: HealthAddress;
  readonly peek?: true;
  readonly fromSequence?: bigint;
  readonly since?: Date;
  readonly last?: number;
  readonly ndjson?: true;
  /** Logs failures and empty queues, for output that has no place for them. */
  readonly logFailures?: boolean;
  readonly logEmpty?: boolean;
  /** Receives the health of the customers, for a status line. */
  readonly lookingOn?: (fleet: CustomerHealthTracker) => void;
};

/** Options that cannot be combined, and why. */
const conflicts: readonly (readonly [keyof PollOptions, keyof PollOptions, string])[] = [
  ["watch", "peek", "--peek reads the messages of this moment and ends"],
  ["watch", "interval", "--watch stays connected, and --interval connects again and again"],
  ["watch", "untilEmpty", "--watch continues when a queue is empty"],
  ["interval", "untilEmpty", "--interval continues when a queue is empty"],
  ["watch", "where", "--watch cannot leave messages in the queue; use --interval or --peek"],
  ["watch", "outcome", "--watch cannot leave messages in the queue; use --interval or --peek"],
  ["toFile", "exec", "a message has one destination"],
  ["toFile", "forward", "a message has one destination"],
  ["exec", "forward", "a message has one destination"],
  ...(["toFile", "exec", "forward"] as const).map(
    (other) => ["toUrl", other, "a message has one destination"] as const,
  ),
  ...(["toFile", "exec", "forward", "toUrl", "dedup", "interval", "heartbeat", "timeout"] as const).map(
    (taking) => ["peek", taking, "peeked messages stay in the queue"] as const,
  ),
  ...(["watch", "interval", "peek", "where", "outcome", "max", "dedup"] as const).map(
    (other) => ["sequence", other, "--sequence names the messages"] as const,
  ),
  ["last", "max", "--last counts from the end, and --max from the beginning"],
];

/** Throws Failure "usage" for what excludes each other, or needs another one. */
export function validateOptions(options: PollOptions, names: readonly CustomerName[]): void {
  const given = (name: keyof PollOptions) => options[name] !== undefined;
  const flag = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  for (const [one, other, why] of conflicts)
    if (given(one) && given(other))
      throw new Failure("UsageConflictingOptions", `${flag(one)} and ${flag(other)} cannot be combined: ${why}`);
  for (const name of ["fromSequence", "since", "last", "ndjson"] as const)
    if (given(name) && !options.peek) throw new Failure("UsageMissingOption", `${flag(name)} requires --peek`);
  if (options.heartbeat !== undefined && !options.watch && options.interval === undefined)
    throw new Failure("UsageMissingOption", "--heartbeat requires --watch or --interval");
  if (options.health !== undefined && !options.watch)
    throw new Failure("UsageMissingOption", "--health requires --watch");
  if (options.sequence && names.length !== 1)
    throw new Failure("UsageOneCustomer", "--sequence names messages of one customer: name that customer");
  if (options.ndjson && names.length !== 1)
    throw new Failure("UsageOneCustomer", "--ndjson exports the queue of one customer: name that customer");
}
