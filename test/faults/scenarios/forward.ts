import { createHash } from "node:crypto";
import { openRig, type Rig } from "../rig.ts";
import type { Figures } from "./scenario.ts";

/**
 * `poll --forward` is killed with SIGKILL at random points, and started again. A message counts as written when the
 * broker of the provider's own queue accepted it and did not drop it as a duplicate. Each message must be written once,
 * and before the customer's broker is asked to complete it.
 */
export async function killForward(
  seed: number,
  { kills, each }: { readonly kills: number; readonly each: number },
): Promise<Figures> {
  await using rig = await openRig({ seed, small: true, queue: { lockDuration: 1_500, maxDeliveryCount: 50 } });
  const arrivals = watchOwnQueue(rig);
  const attempted = rig.putEverywhere(each).length;
  const args = ["--json", "--forward", "contoso-bus/statuses"];
  for (let kill = 0; kill < kills; kill += 1) {
    const after = Math.floor(rig.random() * Math.min(120, rig.left()));
    const running = rig.start(["poll", "--watch", ...args]);
    await arrivals.more(after);
    running.kill("SIGKILL");
    await running.ended;
  }
  const { exitCode, stderr } = await rig.start(["poll", "--idle", "3s", ...args]).ended;
  if (exitCode !== 0) throw new Error(`seed ${seed}: the last poll ended with ${exitCode}: ${stderr}`);
  if (rig.left() > 0) throw new Error(`seed ${seed}: ${rig.left()} messages remain`);
  rig.judge({ minimum: attempted, duplicatesAtMost: 0 });
  return { messages: attempted, kills, droppedAsDuplicates: arrivals.repeated() };
}

/** Records the messages in the provider's own queue, by the ids that `poll --forward` assigns. */
function watchOwnQueue(rig: Rig) {
  const originals = new Map<string, { readonly customer: string; readonly id: string }>();
  const waiting = new Set<() => void>();
  let [seen, repeated] = [0, 0];
  rig.on(({ what, queue, customer, id, sequenceNumber }) => {
    if (what === "accepted" && queue === "statuses") {
      const { tenant } = rig.customer(customer);
      const identity = [tenant.id, `${customer}-bus.servicebus.localhost`, queue, String(sequenceNumber), id];
      originals.set(createHash("sha256").update(identity.join("\n")).digest("hex"), { customer, id });
    }
    if (queue !== "own") return;
    if (what === "repeated") repeated += 1;
    if (what === "accepted") {
      const { customer: from, id: original } = originals.get(id) ?? { customer: "nobody", id };
      rig.history.push({ what: "written", customer: from, id: original, digest: rig.digestOf(original) });
    }
    seen += 1;
    for (const wake of waiting) wake();
  });
  return {
    repeated: () => repeated,
    /** Resolves when this number of further messages has arrived, new ones or duplicates. */
    more(count: number): Promise<void> {
      const wanted = seen + count;
      return new Promise((resolve) => {
        const wake = () => {
          if (seen < wanted) return;
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
        wake();
      });
    },
  };
}
