import { openRig, type Rig } from "../rig.ts";
import { inFlight } from "./kill.ts";
import type { Figures } from "./scenario.ts";

/**
 * All links are detached repeatedly during transfers. No message is lost, and none is dead-lettered because of too many
 * deliveries. The remaining rate is measured.
 */
export async function detachLinks(seed: number, { each }: { readonly each: number }): Promise<Figures> {
  await using rig = await openRig({ seed, small: true, queue: { lockDuration: 4_000 } });
  const running = rig.start(["poll", "--watch", "--json"]);
  rig.putEverywhere(1);
  await running.messages(2);
  const calm = await rate(rig, each);
  let detached = 0;
  const storm = setInterval(() => {
    detached += 1;
    void rig.inside.faults.perform({ do: "drop-links" });
  }, 1_000);
  const stormy = await rate(rig, each).finally(() => clearInterval(storm));
  running.kill("SIGINT");
  await running.ended;
  const { duplicated, written } = rig.judge({
    ...{ minimum: 4 * each, duplicatesAtMost: detached * 2 * inFlight },
  });
  return {
    messages: written,
    detached,
    perSecondInCalm: calm,
    perSecondInStorm: stormy,
    duplicates: duplicated.length,
  };
}

/** Messages a second, until all have been settled. A dead-lettered message would remain. */
async function rate(rig: Rig, each: number): Promise<number> {
  const begin = performance.now();
  const messages = rig.putEverywhere(each).length;
  await rig.drained(120_000);
  return Math.round(messages / ((performance.now() - begin) / 1_000));
}
