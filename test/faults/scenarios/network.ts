import { setTimeout as sleep } from "node:timers/promises";
import type { Toxic } from "../proxy.ts";
import { openRig, type Rig } from "../rig.ts";
import { inFlight } from "./kill.ts";
import type { Figures } from "./scenario.ts";

export const toxicKinds = [
  "latency",
  "bandwidth",
  "slow_close",
  "timeout",
  "reset_peer",
  "slicer",
  "limit_data",
] as const;
export type ToxicKind = (typeof toxicKinds)[number];

/** When the fault starts: before the connection, while it opens, or during one of the operations over it. */
export const phases = ["connect", "handshake", "transfer", "disposition", "detach"] as const;
export type Phase = (typeof phases)[number];

/** A toxic in one phase, removed after a while. Everything arrives, also messages that are sent afterwards. */
export async function injectToxic(seed: number, kind: ToxicKind, phase: Phase): Promise<Figures> {
  await using rig = await openRig({ seed, queue: { lockDuration: 4_000, maxDeliveryCount: 50 } });
  rig.putEverywhere(150);
  if (phase === "connect") rig.proxy.infect(toxicOf(kind, rig));
  const running = rig.start(["poll", "--watch", "--json"]);
  if (phase === "detach") return await leaveIll(rig, running, kind);
  await reached(rig, phase);
  rig.proxy.infect(toxicOf(kind, rig));
  await sleep(500 + rig.random() * 1_500);
  rig.proxy.infect(undefined);
  rig.putEverywhere(10);
  const healed = performance.now();
  await rig.drained(60_000);
  const after = performance.now() - healed;
  running.kill("SIGINT");
  const { exitCode, stderr } = await running.ended;
  if (exitCode !== 130) throw new Error(`seed ${seed}: ended with ${exitCode}: ${stderr}`);
  const { duplicated, written } = rig.judge({
    ...{ minimum: 320, duplicatesAtMost: 4 * inFlight },
    // A silence is detected within 25 s. After that comes a random pause.
    healed: { after, atMost: 40_000 },
  });
  return { messages: written, duplicates: duplicated.length, recoveryMilliseconds: Math.round(after) };
}

/** A stop while the network has a fault: the process stops, and the next one finds all messages. */
async function leaveIll(rig: Rig, running: ReturnType<Rig["start"]>, kind: ToxicKind): Promise<Figures> {
  await running.messages(20);
  rig.proxy.infect(toxicOf(kind, rig));
  const asked = performance.now();
  running.kill("SIGINT");
  await running.ended;
  const took = performance.now() - asked;
  if (took > 6_000) throw new Error(`seed ${rig.seed}: a stop took ${Math.round(took)} ms`);
  rig.proxy.infect(undefined);
  const next = rig.start(["poll", "--watch", "--json"]);
  await rig.drained(60_000);
  next.kill("SIGINT");
  await next.ended;
  const { duplicated, written } = rig.judge({ minimum: 300, duplicatesAtMost: 2 * inFlight });
  return { messages: written, duplicates: duplicated.length, stopMilliseconds: Math.round(took) };
}

async function reached(rig: Rig, phase: Exclude<Phase, "detach">): Promise<void> {
  switch (phase) {
    case "connect":
      while (rig.proxy.connected.length === 0) await sleep(5);
      break;
    case "handshake": {
      // TLS, SASL, open, tokens and attach take about 6 KB from the client.
      const bytes = 200 + rig.random() * 6_000;
      while (rig.proxy.sent() < bytes) await sleep(1);
      break;
    }
    case "transfer":
      await rig.when(({ what }) => what === "delivered");
      break;
    case "disposition":
      await rig.when(({ what }) => what === "completed");
  }
}

function toxicOf(kind: ToxicKind, { random }: Rig): Toxic {
  const pick = (least: number, most: number) => least + Math.floor(random() * (most - least));
  switch (kind) {
    case "latency":
      return { kind, milliseconds: pick(20, 200), jitter: pick(0, 100) };
    case "bandwidth":
      return { kind, bytesPerSecond: pick(5_000, 100_000) };
    case "slicer":
      return { kind, bytes: pick(10, 400), milliseconds: pick(0, 3) };
    case "limit_data":
      return { kind, bytes: pick(0, 20_000) };
    default:
      return { kind, milliseconds: pick(0, 500) };
  }
}
