import { revokeRole, skewClocks, useShortTokens } from "./scenarios/access.ts";
import { detachLinks } from "./scenarios/detach.ts";
import { cutAllConnections, failOneCustomer } from "./scenarios/fleet.ts";
import { killForward } from "./scenarios/forward.ts";
import { killPoll, toFile, toProgram } from "./scenarios/kill.ts";
import { injectToxic, phases, toxicKinds } from "./scenarios/network.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { countFloatingRejections } from "./scenarios/sdk.ts";
import { killSend } from "./scenarios/send.ts";
import { runShards } from "./scenarios/shards.ts";
import { enterBlackHole, forgetConnections } from "./scenarios/silence.ts";
import { closePipe, fillDisk, fillFile, pauseReader } from "./scenarios/sinks.ts";
import { soak } from "./scenarios/soak.ts";
import { stopPoll } from "./scenarios/stop.ts";
import { throttleNamespaces } from "./scenarios/throttle.ts";

/** The full set, as `docs/internals/reliability.md` lists it. */
export const plan: readonly Scenario[] = [
  {
    id: "kill-stdout",
    promise: "When `poll` is killed with SIGKILL at any time, the output contains every message that was completed",
    demanded: "0 lost, 0 settled before written, duplicates only of messages in flight",
    seeds: 20,
    run: (seed) => killPoll(seed, { kills: 4, each: 500 }),
  },
  {
    id: "kill-file",
    promise: "The same with `--to-file`: a line that the kill truncated is removed, and the file is complete",
    demanded: "0 lost, 0 settled before written",
    seeds: 10,
    run: (seed) => killPoll(seed, { kills: 4, each: 300, sink: toFile }),
  },
  {
    id: "kill-exec",
    promise: "The same with `--exec`: a message is settled only after the program accepted it",
    demanded: "0 lost, 0 settled before written",
    seeds: 10,
    run: (seed) => killPoll(seed, { kills: 3, each: 100, sink: toProgram }),
  },
  {
    id: "kill-forward",
    promise: "The same with `--forward`: the provider's own queue, with duplicate detection, has each message once",
    demanded: "0 lost, 0 settled before accepted, 0 duplicates",
    seeds: 10,
    run: (seed) => killForward(seed, { kills: 4, each: 300 }),
  },
  {
    id: "kill-send",
    promise: "`send --ndjson`, killed and repeated, puts each command once into a queue with duplicate detection",
    demanded: "0 lost, 0 duplicates",
    seeds: 10,
    run: (seed) => killSend(seed, { kills: 4, lines: 5_000 }),
  },
  {
    id: "stop",
    promise: "SIGINT and SIGTERM leave no message locked and cause no second delivery",
    demanded: "0 locked, 0 duplicates, each stop within 5.5 s",
    seeds: 20,
    run: (seed) => stopPoll(seed, { stops: 4, each: 500 }),
  },
  ...toxicKinds.map(
    (kind): Scenario => ({
      id: `network-${kind}`,
      promise: `A network with ${kind} at connect, in the handshake, during transfers, settlements or a stop loses nothing`,
      demanded: "0 lost, 0 at another customer's; recovered within 40 s",
      seeds: 20,
      run: (seed) => injectToxic(seed, kind, phases[seed % phases.length] ?? "connect"),
    }),
  ),
  {
    id: "black-hole",
    promise: "A network that drops all data is detected, and the tail recovers when the network does",
    demanded: "detected within 30 s, recovered within 30 s, the process still running, 0 lost",
    seeds: 3,
    run: enterBlackHole,
  },
  {
    id: "old-connections-dead",
    promise: "Connections that died silently are detected and opened again",
    demanded: "all delivered within 40 s, 0 lost",
    seeds: 3,
    run: forgetConnections,
  },
  {
    id: "detach-storm",
    promise: "Links that are detached every second during transfers lose no message and dead-letter none",
    demanded: "0 lost, 0 dead-lettered; the remaining rate is measured",
    seeds: 3,
    run: (seed) => detachLinks(seed, { each: 10_000 }),
  },
  {
    id: "sdk-silence",
    promise:
      "The SDK alone on a dead connection: a receive of 1 s and `close` do not return, and a promise rejects without a handler",
    demanded: "seen with the SDK alone; xtenant continues after each such rejection",
    seeds: 1,
    deadlineSeconds: 240,
    run: countFloatingRejections,
  },
  {
    id: "closed-pipe",
    promise: "`poll | head` ends quietly, and the next reader gets the remaining messages",
    demanded: "exit 0, empty stderr, 0 lost outside the pipe",
    seeds: 10,
    run: closePipe,
  },
  {
    id: "full-disk",
    promise: "A full sink accepts no message, and no message is settled",
    demanded: "0 settled, exit 8; later all delivered, each once",
    seeds: 3,
    run: fillDisk,
  },
  {
    id: "full-file",
    promise: "The same with `--to-file` on a disk that fills up (a tmpfs of 64 KB; the mount needs root)",
    demanded: "each settled message is in the file, exit 8; 0 lost when there is space again",
    seeds: 3,
    run: fillFile,
  },
  {
    id: "slow-reader",
    promise: "A reader that stops does not exhaust memory or fill the AMQP session's 2,048 slots",
    demanded:
      "RSS at most 256 MB while it waits, 512 MB while it catches up; at most 50 messages locked for each customer",
    seeds: 3,
    run: (seed) => pauseReader(seed, 5_000),
  },
  {
    id: "role-revoked",
    promise: "A role that is removed during a tail is reported once, retried rarely, and the tail recovers",
    demanded: "1 record, at most 10 connections in 5 s, recovered within 60 s, other customers served",
    seeds: 5,
    run: revokeRole,
  },
  {
    id: "short-tokens",
    promise: "Failed token renewals lose no messages",
    demanded: "tokens of 12 s, every other request refused for 30 s: 0 lost, all delivered within two minutes",
    seeds: 3,
    deadlineSeconds: 240,
    run: useShortTokens,
  },
  {
    id: "clock-skew",
    promise: "Clocks that differ by an hour have no effect",
    demanded: "all delivered, no reconnect loop",
    seeds: 2,
    run: skewClocks,
  },
  {
    id: "throttled",
    promise: "Tails and senders respect throttling, and it delays no other customer",
    demanded: "no request within the two seconds after a refusal, all delivered",
    seeds: 3,
    run: (seed) => throttleNamespaces(seed, { count: 20, seconds: 20 }),
  },
  {
    id: "one-bad",
    promise: "One failing customer of many does not affect the others",
    demanded: "the others' p99 at most 500 ms longer",
    seeds: 3,
    deadlineSeconds: 300,
    run: (seed) => failOneCustomer(seed, 200, 500),
  },
  {
    id: "herd",
    promise: "All connections that are cut at once recover automatically",
    demanded: "0 lost; all customers served again within 40 s",
    seeds: 3,
    deadlineSeconds: 240,
    run: (seed) => cutAllConnections(seed, 300),
  },
  {
    id: "soak",
    promise:
      "`poll --watch` and `respond` go on under one random fault after the other, for minutes here and hours by `npm run soak`",
    demanded:
      "each status printed, each command answered, 0 settled before written, at most 30 MB and 6 descriptors more",
    seeds: 1,
    deadlineSeconds: 400,
    run: (seed) => soak(seed, { minutes: 2 }),
  },
  {
    id: "shards",
    promise:
      "Four replicas share 200 customers, and one is killed and restarted: no message is lost, and no customer has two readers",
    demanded: "0 lost, each customer at one replica, never more connections than customers",
    seeds: 3,
    run: (seed) => runShards(seed, { customers: 200, shards: 4, each: 20 }),
  },
];
