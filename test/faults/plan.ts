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
    promise:
      "Nothing that the broker was told to forget is missing from the output, whenever `poll` is killed with SIGKILL",
    demanded: "0 lost, 0 settled before written, duplicates at most what was in flight",
    seeds: 20,
    run: (seed) => killed(seed, { kills: 4, each: 500 }),
  },
  {
    id: "kill-file",
    promise: "The same with `--output`: a line torn by the kill is cut off, nothing is missing from the file",
    demanded: "0 lost, 0 settled before written",
    seeds: 10,
    run: (seed) => killed(seed, { kills: 4, each: 300, sink: toFile }),
  },
  {
    id: "kill-exec",
    promise: "The same with `--exec`: what the program has not taken is not settled",
    demanded: "0 lost, 0 settled before written",
    seeds: 10,
    run: (seed) => killed(seed, { kills: 3, each: 100, sink: toProgram }),
  },
  {
    id: "kill-forward",
    promise: "The same with `--forward`: the Provider's own queue, which detects duplicates, has each once",
    demanded: "0 lost, 0 settled before accepted, 0 duplicates",
    seeds: 10,
    run: (seed) => forwardKilled(seed, { kills: 4, each: 300 }),
  },
  {
    id: "kill-send",
    promise: "`send --ndjson` killed and repeated puts each command into a queue that detects duplicates, once",
    demanded: "0 lost, 0 duplicates",
    seeds: 10,
    run: (seed) => sendKilled(seed, { kills: 4, lines: 5_000 }),
  },
  {
    id: "stop",
    promise: "SIGINT and SIGTERM leave nothing locked and have nothing delivered twice",
    demanded: "0 locked, 0 duplicates, each stop within 5.5 s",
    seeds: 20,
    run: (seed) => stopped(seed, { stops: 4, each: 500 }),
  },
  ...toxicKinds.map(
    (kind): Scenario => ({
      id: `network-${kind}`,
      promise: `A network with ${kind}, at connect, in the handshake, amid transfers, amid settlements, while stopping: nothing is lost`,
      demanded: "0 lost, 0 at another Customer's; alive again within 40 s",
      seeds: 20,
      run: (seed) => intoxicated(seed, kind, phases[seed % phases.length] ?? "connect"),
    }),
  ),
  {
    id: "black-hole",
    promise: "A network that swallows everything is noticed, and the tail is back when the network is",
    demanded: "noticed within 30 s, back within 30 s, the process alive, 0 lost",
    seeds: 3,
    run: blackHole,
  },
  {
    id: "old-connections-dead",
    promise: "Connections that died without a word are found and made again",
    demanded: "all delivered within 40 s, 0 lost",
    seeds: 3,
    run: oldConnectionsDead,
  },
  {
    id: "detach-storm",
    promise:
      "Links that are detached every second amid transfers lose nothing and drive nothing into the dead-letter queue",
    demanded: "0 lost, 0 dead letters; how much still moves is measured",
    seeds: 3,
    run: (seed) => detachStorm(seed, { each: 10_000 }),
  },
  {
    id: "sdk-silence",
    promise:
      "The bare SDK on a connection that died: a receive of 1 s and `close` do not come back, and something rejects where nobody listens",
    demanded: "seen with the SDK alone; each such rejection is one that xtenant outlives",
    seeds: 1,
    deadlineSeconds: 240,
    run: floatingRejections,
  },
  {
    id: "closed-pipe",
    promise: "`poll | head` ends quietly, and whoever reads next finds the rest",
    demanded: "exit 0, empty stderr, 0 lost of what was not in the pipe",
    seeds: 10,
    run: closedPipe,
  },
  {
    id: "full-disk",
    promise: "A sink that is full takes nothing, and nothing is settled",
    demanded: "0 settled, exit 8; later all there, each once",
    seeds: 3,
    run: fullDisk,
  },
  {
    id: "full-file",
    promise: "The same with `--output` on a disk that fills up (a tmpfs of 64 KB; mounting it takes root)",
    demanded: "what is settled is in the file, exit 8; 0 lost when there is room again",
    seeds: 3,
    run: fullFile,
  },
  {
    id: "slow-reader",
    promise: "A reader that stops cannot exhaust memory, nor fill the AMQP session's 2,048 slots",
    demanded:
      "RSS at most 256 MB while it stops, 512 MB while it catches up; at most 50 messages locked for each Customer",
    seeds: 3,
    run: (seed) => slowReader(seed, 5_000),
  },
  {
    id: "role-revoked",
    promise: "A role taken away amid a tail is told once, tried seldom, and healed",
    demanded: "1 record, at most 10 connections in 5 s, back within 60 s, other Customers served",
    seeds: 5,
    run: roleRevoked,
  },
  {
    id: "short-tokens",
    promise: "Renewals that fail do not lose messages",
    demanded: "tokens of 12 s, every other request refused for 30 s: 0 lost, all there within two minutes",
    seeds: 3,
    deadlineSeconds: 240,
    run: shortTokens,
  },
  {
    id: "clock-skew",
    promise: "Clocks that differ by an hour do no harm",
    demanded: "all delivered, no reconnecting in a loop",
    seeds: 2,
    run: clockSkew,
  },
  {
    id: "throttled",
    promise: "Throttling is obeyed, by tails and by senders, and delays nobody else",
    demanded: "nothing asked inside the two seconds that a refusal names, all delivered",
    seeds: 3,
    run: (seed) => throttled(seed, { count: 20, seconds: 20 }),
  },
  {
    id: "one-bad",
    promise: "One bad Customer of many costs the others nothing",
    demanded: "p99 of the others at most 500 ms longer",
    seeds: 3,
    deadlineSeconds: 300,
    run: (seed) => oneBad(seed, 200, 500),
  },
  {
    id: "herd",
    promise: "All connections cut at once come back by themselves",
    demanded: "0 lost; all served again within 40 s",
    seeds: 3,
    deadlineSeconds: 240,
    run: (seed) => herd(seed, 300),
  },
  {
    id: "shards",
    promise:
      "Four replicas share 200 Customers out; one is killed and begun again: nothing is lost, nobody is read by two",
    demanded: "0 lost, each Customer at one replica, never more connections than Customers",
    seeds: 3,
    run: (seed) => sharded(seed, { customers: 200, shards: 4, each: 20 }),
  },
];
