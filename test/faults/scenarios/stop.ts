import { openRig } from "../rig.ts";
import type { Figures } from "./scenario.ts";

/**
 * When `poll` is asked to stop during a burst, it ends soon, leaves no message locked, and causes no second delivery.
 */
export async function stopPoll(
  seed: number,
  { stops, each }: { readonly stops: number; readonly each: number },
): Promise<Figures> {
  await using rig = await openRig({ seed });
  const attempted = rig.putEverywhere(each).length;
  let slowest = 0;
  for (let stop = 0; stop < stops; stop += 1) {
    const running = rig.start(["poll", "--watch", "--json"]);
    await running.messages(1 + Math.floor(rig.random() * 100));
    const asked = performance.now();
    running.kill(rig.random() < 0.5 ? "SIGINT" : "SIGTERM");
    const { exitCode, stderr } = await running.ended;
    slowest = Math.max(slowest, performance.now() - asked);
    if (exitCode !== 130 || stderr !== "") throw new Error(`seed ${seed}: ended with ${exitCode}: ${stderr}`);
    if (rig.locked.size > 0) throw new Error(`seed ${seed}: ${rig.locked.size} messages are still locked`);
  }
  const last = rig.start(["poll", "--json"]);
  await last.ended;
  if (rig.left() > 0) throw new Error(`seed ${seed}: ${rig.left()} messages remain`);
  if (slowest > 5_500) throw new Error(`seed ${seed}: a stop took ${Math.round(slowest)} ms`);
  rig.judge({ minimum: attempted, duplicatesAtMost: 0 });
  return { messages: attempted, stops, slowestStopMilliseconds: Math.round(slowest) };
}
