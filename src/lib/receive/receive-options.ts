import type { CustomerName, Tag } from "../domain/customer.ts";
import type { Shard } from "../domain/shard.ts";
import { Failure } from "../errors/failure.ts";
import type { HealthAddress } from "../health/health-address.ts";
import type { CustomerHealthTracker } from "../telemetry/customer-health.ts";

/** What `xtenant poll` can be told; durations in milliseconds. */
export type PollOptions = {
  readonly all?: true;
  readonly tag?: readonly Tag[];
  readonly shard?: Shard;
  readonly watch?: true;
  readonly interval?: number;
  readonly untilEmpty?: true;
  readonly max?: number;
  readonly idle: number;
  readonly timeout?: number;
  readonly where?: string;
  readonly output?: string;
  readonly exec?: readonly string[];
  /** The environment of programs that `exec` starts. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly forward?: string;
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

/** What makes no sense together, and why. */
const conflicts: readonly (readonly [keyof PollOptions, keyof PollOptions, string])[] = [
  ["watch", "peek", "what is only looked at never ends"],
  ["watch", "interval", "a tail is always there, a sweep comes by"],
  ["watch", "untilEmpty", "a tail goes on when a queue is empty"],
  ["interval", "untilEmpty", "a sweep comes again when a queue is empty"],
  ["watch", "where", "a tail cannot leave messages where they are; use --interval, or --peek"],
  ["output", "exec", "a message has one destination"],
  ["output", "forward", "a message has one destination"],
  ["exec", "forward", "a message has one destination"],
  ...(["output", "exec", "forward", "dedup", "interval", "heartbeat", "timeout"] as const).map(
    (taking) => ["peek", taking, "what is only looked at stays in the queue"] as const,
  ),
  ["last", "max", "one counts from the end, the other from the beginning"],
];

/** Throws Failure "usage" for what excludes each other, or needs another one. */
export function validateOptions(options: PollOptions, names: readonly CustomerName[]): void {
  const given = (name: keyof PollOptions) => options[name] !== undefined;
  const flag = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  for (const [one, other, why] of conflicts)
    if (given(one) && given(other)) throw usage(`${flag(one)} and ${flag(other)} exclude each other: ${why}`);
  for (const name of ["fromSequence", "since", "last", "ndjson"] as const)
    if (given(name) && !options.peek) throw usage(`${flag(name)} is about messages that are looked at: add --peek`);
  if (options.heartbeat !== undefined && !options.watch && options.interval === undefined)
    throw usage("--heartbeat is for --watch and --interval");
  if (options.health !== undefined && !options.watch)
    throw usage("--health is for --watch: whoever ends needs no probes");
  if (options.ndjson && names.length !== 1) throw usage("--ndjson exports the queue of one Customer: name it");
}

const usage = (what: string) => new Failure("usage", what, { hint: "xtenant poll --help" });
