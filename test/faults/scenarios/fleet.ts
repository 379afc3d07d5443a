import { setTimeout as sleep } from "node:timers/promises";
import { openRig, type Rig } from "../rig.ts";
import type { Figures } from "./scenario.ts";

/** Customers by number. */
export const fleetOf = (count: number) => Array.from({ length: count }, (_, n) => `customer-${n}`);

/**
 * One customer's links are dropped repeatedly, and one customer refuses. The others are not affected. The additional
 * latency of their messages is measured on a quiet machine only. On other machines, all messages must arrive.
 */
export async function failOneCustomer(
  seed: number,
  count: number,
  longerAtMost = Number.POSITIVE_INFINITY,
): Promise<Figures> {
  const all = fleetOf(count);
  const [bad = "", worse = "", ...good] = all;
  await using rig = await openRig({ seed, customers: all });
  const running = rig.start(["poll", "--watch", "--json"]);
  rig.putEverywhere(1);
  await running.messages(count);
  const calm = await latencies(rig, good, 20);
  await rig.inside.faults.perform({ do: "revoke-roles", tenant: worse });
  const dropping = setInterval(() => {
    rig.put(bad, 20);
    void rig.inside.faults.perform({ do: "drop-links", namespace: `${bad}-bus` });
  }, 200);
  const troubled = await latencies(rig, good, 20);
  clearInterval(dropping);
  running.kill("SIGINT");
  await running.ended;
  const [before, during] = [quantile(calm, 0.99), quantile(troubled, 0.99)];
  if (during > before + longerAtMost) throw new Error(`seed ${seed}: p99 went from ${before} to ${during} ms`);
  const ofGood = rig.history.filter(({ customer }) => good.includes(customer));
  const written = ofGood.filter(({ what }) => what === "written").length;
  if (written !== good.length * 41) throw new Error(`seed ${seed}: ${written} of ${good.length * 41} arrived`);
  return { customers: count, p99CalmMilliseconds: before, p99TroubledMilliseconds: during };
}

/** Milliseconds from the broker to the output, with one message for each customer in each round. */
async function latencies(rig: Rig, customers: readonly string[], rounds: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const put = new Map(customers.map((name) => [rig.put(name, 1)[0], performance.now()]));
    await new Promise<void>((resolve) => {
      const look = ({ what, id }: { readonly what: string; readonly id: string }) => {
        const since = put.get(id);
        if (what !== "completed" || since === undefined) return;
        put.delete(id);
        found.push(performance.now() - since);
        if (put.size === 0) resolve();
      };
      rig.on(look);
    });
    await sleep(50);
  }
  return found;
}

const quantile = (values: readonly number[], share: number) =>
  Math.round([...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0);

/** Cuts every connection at once, and measures how fast they recover and how many connect at a time. */
export async function cutAllConnections(seed: number, count: number): Promise<Figures> {
  await using rig = await openRig({
    seed,
    customers: fleetOf(count),
    queue: { lockDuration: 4_000, maxDeliveryCount: 50 },
  });
  const running = rig.start(["poll", "--watch", "--json"]);
  rig.putEverywhere(1);
  await running.messages(count);
  const cut = performance.now();
  rig.proxy.cut();
  rig.putEverywhere(1);
  await rig.drained(60_000);
  const back = performance.now() - cut;
  running.kill("SIGINT");
  await running.ended;
  const times = rig.proxy.connected.filter((at) => at >= cut).map((at) => at - cut);
  const busiest = Math.max(...times.map((at) => times.filter((other) => other >= at && other < at + 1_000).length));
  rig.judge({ minimum: 2 * count, duplicatesAtMost: count, healed: { after: back, atMost: 40_000 } });
  return { customers: count, recoveryMilliseconds: Math.round(back), connectionsInBusiestSecond: busiest };
}
