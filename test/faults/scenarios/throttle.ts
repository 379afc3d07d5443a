import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Ask, openRig, type Rig } from "../rig.ts";
import { fleetOf } from "./fleet.ts";
import type { Figures } from "./scenario.ts";

/** Requests in flight when the namespace asked for a pause. */
const onItsWay = 150;
const quiet = 2_000;

/**
 * Half of the namespaces throttle while all links drop, and while a command is sent to one of them. No client sends a
 * request within the two seconds that a refusal names. The other half is not affected, and in the end everything is
 * delivered.
 */
export async function throttleNamespaces(
  seed: number,
  { count, seconds }: { readonly count: number; readonly seconds: number },
): Promise<Figures> {
  const all = fleetOf(count);
  const [sentTo = "", ...others] = all.slice(0, count / 2);
  await using rig = await openRig({ seed, customers: all, queue: { lockDuration: 4_000, maxDeliveryCount: 50 } });
  const running = rig.start(["poll", "--watch", "--json"]);
  rig.putEverywhere(1);
  await running.messages(count);

  const asks: Ask[] = [];
  let storm = true;
  rig.onAsk((ask) => {
    if (storm && ask.what !== "TOKEN" && ask.what !== "SETTLE") asks.push(ask);
  });
  await Promise.all([sentTo, ...others].map((name) => storms(rig, name, seconds)));
  await rig.inside.faults.perform({ do: "drop-links" });
  rig.putEverywhere(5);
  const sent = sendAmid(rig, sentTo);
  const begun = performance.now();
  await sleep(seconds * 1000);
  storm = false;
  await rig.drained(90_000);
  const after = performance.now() - begun - seconds * 1000;
  running.kill("SIGINT");
  await running.ended;
  const { exitCode, tries } = await sent;
  if (exitCode !== 0) throw new Error(`seed ${seed}: send ended with ${exitCode}`);
  const refused = asks.filter(({ customer }) => customer === sentTo || others.includes(customer));
  const early = tooEarly(refused);
  if (early.length > 0)
    throw new Error(`seed ${seed}: requested before the pause ended: ${early.slice(0, 5).join(", ")}`);
  const { written } = rig.judge({ minimum: 6 * count, duplicatesAtMost: count, healed: { after, atMost: 70_000 } });
  return {
    ...{ customers: count, secondsOfThrottling: seconds, messages: written },
    refusalsPerCustomer: Math.round((10 * refused.length) / (count / 2)) / 10,
    ...{ sendAttempts: tries, recoveryMilliseconds: Math.round(after) },
  };
}

const storms = (rig: Rig, name: string, seconds: number) =>
  rig.inside.faults.perform({ do: "throttle-bus", namespace: `${name}-bus`, for: seconds * 1000 });

/** Acts like an operator: runs the same command again after the requested pause. */
async function sendAmid(rig: Rig, name: string) {
  const file = join(rig.folder, "commands.ndjson");
  const lines = Array.from({ length: 2_000 }, (_, n) => JSON.stringify({ messageId: `c-${n}`, body: "x".repeat(900) }));
  await writeFile(file, lines.join("\n"));
  for (let tries = 1; ; tries += 1) {
    const running = rig.start(["send", name, "--ndjson", file, "--json"]);
    const { exitCode, stderr } = await running.ended;
    if (exitCode === 0 || tries === 20) return { exitCode, tries };
    const said = `${running.lines.at(-1)} ${stderr}`;
    if (!said.includes("ServiceBusy")) throw new Error(`seed ${rig.seed}: ${said}`);
    await sleep(quiet);
  }
}

/** Requests within two seconds after a refusal of the same queue, except those that were in flight. */
function tooEarly(refused: readonly Ask[]): readonly string[] {
  const last = new Map<string, number>();
  return refused.flatMap(({ customer, queue, at, what }) => {
    const place = `${customer}/${queue}`;
    const since = at - (last.get(place) ?? Number.NEGATIVE_INFINITY);
    if (since > onItsWay) last.set(place, at);
    return since > onItsWay && since < quiet ? [`${what} of ${place} after ${Math.round(since)} ms`] : [];
  });
}
