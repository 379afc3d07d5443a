import { clockSkew, roleRevoked, shortTokens } from "./scenarios/access.ts";
import { detachStorm } from "./scenarios/detach.ts";
import { herd, oneBad } from "./scenarios/fleet.ts";
import { forwardKilled } from "./scenarios/forward.ts";
import { killed, toFile, toProgram } from "./scenarios/kill.ts";
import { intoxicated, phases, toxicKinds } from "./scenarios/network.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { floatingRejections } from "./scenarios/sdk.ts";
import { sendKilled } from "./scenarios/send.ts";
import { sharded } from "./scenarios/shards.ts";
import { blackHole, oldConnectionsDead } from "./scenarios/silence.ts";
import { closedPipe, fullDisk, fullFile, slowReader } from "./scenarios/sinks.ts";
import { stopped } from "./scenarios/stop.ts";
import { throttled } from "./scenarios/throttle.ts";

/** The full set, as `docs/internals/reliability.md` lists it. */
export const plan: readonly Scenario[] = [
  {
    id: "kill-stdout",
    promise: "When `poll` is killed with SIGKILL at any time, the output contains every message that was completed",
    demanded: "0 lost, 0 settled before written, duplicates only of messages in flight",
    seeds: 20,
    run: (seed) => killed(seed, { kills: 4, each: 500 }),
  },
  {
    id: "kill-file",
    promise: "The same with `--output`: a line that the kill truncated is removed, and the file is complete",
    demanded: "0 lost, 0 settled before written",
    seeds: 10,
    run: (seed) => killed(seed, { kills: 4, each: 300, sink: toFile }),
  },
  {
    id: "kill-exec",
    promise: "The same with `--exec`: a message is settled only after the program accepted it",
    demanded: "0 lost, 0 settled before written",
    seeds: 10,
    run: (seed) => killed(seed, { kills: 3, each: 100, sink: toProgram }),
  },
  {
    id: "kill-forward",
    promise: "The same with `--forward`: the provider's own queue, with duplicate detection, has each message once",
    demanded: "0 lost, 0 settled before accepted, 0 duplicates",
    seeds: 10,
    run: (seed) => forwardKilled(seed, { kills: 4, each: 300 }),
  },
  {
    id: "kill-send",
    promise: "`send --ndjson`, killed and repeated, puts each command once into a queue with duplicate detection",
    demanded: "0 lost, 0 duplicates",
    seeds: 10,
    run: (seed) => sendKilled(seed, { kills: 4, lines: 5_000 }),
  },
  {
    id: "stop",
    promise: "SIGINT and SIGTERM leave no message locked and cause no second delivery",
    demanded: "0 locked, 0 duplicates, each stop within 5.5 s",
    seeds: 20,
    run: (seed) => stopped(seed, { stops: 4, each: 500 }),
  },
  ...toxicKinds.map(
    (kind): Scenario => ({
      id: `network-${kind}`,
      promise: `A network with ${kind} at connect, in the handshake, during transfers, settlements or a stop loses nothing`,
      demanded: "0 lost, 0 at another customer's; recovered within 40 s",
      seeds: 20,
      run: (seed) => intoxicated(seed, kind, phases[seed % phases.length] ?? "connect"),
    }),
  ),
  {
    id: "black-hole",
    promise: "A network that drops all data is detected, and the tail recovers when the network does",
    demanded: "detected within 30 s, recovered within 30 s, the process still running, 0 lost",
    seeds: 3,
    run: blackHole,
  },
  {
    id: "old-connections-dead",
    promise: "Connections that died silently are detected and opened again",
    demanded: "all delivered within 40 s, 0 lost",
    seeds: 3,
    run: oldConnectionsDead,
  },
  {
    id: "detach-storm",
    promise: "Links that are detached every second during transfers lose no message and dead-letter none",
    demanded: "0 lost, 0 dead-lettered; the remaining rate is measured",
    seeds: 3,
    run: (seed) => detachStorm(seed, { each: 10_000 }),
  },
  {
    id: "sdk-silence",
    promise:
      "The SDK alone on a dead connection: a receive of 1 s and `close` do not return, and a promise rejects without a handler",
    demanded: "seen with the SDK alone; xtenant continues after each such rejection",
    seeds: 1,
    deadlineSeconds: 240,
    run: floatingRejections,
  },
  {
    id: "closed-pipe",
    promise: "`poll | head` ends quietly, and the next reader gets the remaining messages",
    demanded: "exit 0, empty stderr, 0 lost outside the pipe",
    seeds: 10,
    run: closedPipe,
  },
  {
    id: "full-disk",
    promise: "A full sink accepts no message, and no message is settled",
    demanded: "0 settled, exit 8; later all delivered, each once",
    seeds: 3,
    run: fullDisk,
  },
  {
    id: "full-file",
    promise: "The same with `--output` on a disk that fills up (a tmpfs of 64 KB; the mount needs root)",
    demanded: "each settled message is in the file, exit 8; 0 lost when there is space again",
    seeds: 3,
    run: fullFile,
  },
  {
    id: "slow-reader",
    promise: "A reader that stops does not exhaust memory or fill the AMQP session's 2,048 slots",
    demanded:
      "RSS at most 256 MB while it waits, 512 MB while it catches up; at most 50 messages locked for each customer",
    seeds: 3,
    run: (seed) => slowReader(seed, 5_000),
  },
  {
    id: "role-revoked",
    promise: "A role that is removed during a tail is reported once, retried rarely, and the tail recovers",
    demanded: "1 record, at most 10 connections in 5 s, recovered within 60 s, other customers served",
    seeds: 5,
    run: roleRevoked,
  },
  {
    id: "short-tokens",
    promise: "Failed token renewals lose no messages",
    demanded: "tokens of 12 s, every other request refused for 30 s: 0 lost, all delivered within two minutes",
    seeds: 3,
    deadlineSeconds: 240,
    run: shortTokens,
  },
  {
    id: "clock-skew",
    promise: "Clocks that differ by an hour have no effect",
    demanded: "all delivered, no reconnect loop",
    seeds: 2,
    run: clockSkew,
  },
  {
    id: "throttled",
    promise: "Tails and senders respect throttling, and it delays no other customer",
    demanded: "no request within the two seconds after a refusal, all delivered",
    seeds: 3,
    run: (seed) => throttled(seed, { count: 20, seconds: 20 }),
  },
  {
    id: "one-bad",
    promise: "One failing customer of many does not affect the others",
    demanded: "the others' p99 at most 500 ms longer",
    seeds: 3,
    deadlineSeconds: 300,
    run: (seed) => oneBad(seed, 200, 500),
  },
  {
    id: "herd",
    promise: "All connections that are cut at once recover automatically",
    demanded: "0 lost; all customers served again within 40 s",
    seeds: 3,
    deadlineSeconds: 240,
    run: (seed) => herd(seed, 300),
  },
  {
    id: "shards",
    promise:
      "Four replicas share 200 customers, and one is killed and restarted: no message is lost, and no customer has two readers",
    demanded: "0 lost, each customer at one replica, never more connections than customers",
    seeds: 3,
    run: (seed) => sharded(seed, { customers: 200, shards: 4, each: 20 }),
  },
];
