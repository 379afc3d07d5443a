import { openRig } from "../rig.ts";
import type { Figures } from "./scenario.ts";

const settings = { lockDuration: 4_000, maxDeliveryCount: 50 };
const typeOf = (line: string): unknown => JSON.parse(line).type;

/** A black hole sends nothing. The tail must detect it, and recover when the network does. */
export async function enterBlackHole(seed: number): Promise<Figures> {
  await using rig = await openRig({ seed, queue: settings });
  const running = rig.start(["poll", "--watch", "--json"]);
  rig.putEverywhere(10);
  await running.messages(20);
  rig.proxy.infect({ kind: "black_hole" });
  const begin = performance.now();
  await running.line((line) => typeOf(line) === "failed");
  const noticed = performance.now() - begin;
  rig.putEverywhere(10);
  rig.proxy.infect(undefined);
  const healed = performance.now();
  await rig.drained(60_000);
  const after = performance.now() - healed;
  running.kill("SIGINT");
  const { exitCode, stderr } = await running.ended;
  if (exitCode !== 130 || stderr !== "") throw new Error(`seed ${seed}: ended with ${exitCode}: ${stderr}`);
  if (noticed > 30_000) throw new Error(`seed ${seed}: detected after ${Math.round(noticed)} ms`);
  rig.judge({ minimum: 40, duplicatesAtMost: 40, healed: { after, atMost: 30_000 } });
  return { detectedMilliseconds: Math.round(noticed), recoveryMilliseconds: Math.round(after) };
}

/** A firewall forgot its connections: the old ones are dead silently, and new ones work. */
export async function forgetConnections(seed: number): Promise<Figures> {
  await using rig = await openRig({ seed, queue: settings });
  const running = rig.start(["poll", "--watch", "--json"]);
  rig.putEverywhere(10);
  await running.messages(20);
  rig.proxy.forget();
  const begin = performance.now();
  rig.putEverywhere(10);
  await rig.drained(90_000);
  const after = performance.now() - begin;
  running.kill("SIGINT");
  await running.ended;
  rig.judge({ minimum: 40, duplicatesAtMost: 40, healed: { after, atMost: 40_000 } });
  return { recoveryMilliseconds: Math.round(after) };
}
