import { join } from "node:path";
import { parseCustomerName } from "../../../src/lib/domain/customer.ts";
import { belongsTo } from "../../../src/lib/domain/shard.ts";
import { openRig } from "../rig.ts";
import { fileReader } from "../watched-process.ts";
import { fleetOf } from "./fleet.ts";
import type { Figures } from "./scenario.ts";

/** Messages that one tail holds at a time. */
const heldAtMost = 32;

type Fleet = { readonly customers: number; readonly shards: number; readonly each: number };

/**
 * This number of replicas share the customers, each with its own file. One is killed with SIGKILL during its messages,
 * and started again with its index. No message is lost, and no customer has two readers, by output or by connections.
 */
export async function runShards(seed: number, { customers, shards, each }: Fleet): Promise<Figures> {
  const all = fleetOf(customers);
  await using rig = await openRig({
    ...{ seed, customers: all, small: true },
    // Longer than a message waits on a busy machine. The messages of the killed replica wait as long.
    queue: { lockDuration: 8_000, maxDeliveryCount: 50 },
  });
  const replicas = Array.from({ length: shards }, (_, index) => {
    const file = join(rig.folder, `statuses-${index}.ndjson`);
    const read = fileReader(file);
    const served = new Set<string>();
    const sink = (take: (line: string) => void) =>
      read((line) => {
        served.add(String(JSON.parse(line).customer));
        take(line);
      });
    const args = ["poll", "--watch", "--json", "--shard", `${index}/${shards}`, "--to-file", file];
    return { index, served, start: () => rig.start(args, { sink }) };
  });
  let connections = 0;
  rig.on(() => {
    connections = Math.max(connections, rig.inside.broker.connections());
  });

  const running = replicas.map(({ start }) => start());
  const victim = Math.floor(rig.random() * shards);
  const share = all.filter((name) => belongsTo({ index: victim, count: shards }, parseCustomerName(name))).length;
  rig.putEverywhere(each);
  await running[victim]?.messages(1 + Math.floor(rig.random() * share * each * 0.8));
  running[victim]?.kill("SIGKILL");
  await running[victim]?.ended;
  const left = rig.left();
  const again = replicas[victim]?.start();
  if (again) running[victim] = again;
  rig.putEverywhere(each);
  await rig.drained(60_000);
  for (const { kill } of running) kill("SIGTERM");
  const exits = await Promise.all(running.map(({ ended }) => ended));

  const wrong = exits.filter(({ exitCode }) => exitCode !== 130);
  if (wrong.length > 0) throw new Error(`seed ${seed}: ${wrong.map(({ stderr }) => stderr).join("\n")}`);
  const served = replicas.flatMap(({ served: names }) => [...names]);
  if (served.length !== customers || new Set(served).size !== customers)
    throw new Error(
      `seed ${seed}: ${served.length} customers were served by ${shards} replicas; expected are ${customers}`,
    );
  if (connections > customers) throw new Error(`seed ${seed}: ${connections} connections for ${customers} customers`);
  // Messages that the killed replica wrote but did not settle: at most the number that its tails held.
  const duplicatesAtMost = share * Math.min(each, heldAtMost);
  const { duplicated } = rig.judge({ minimum: 2 * each * customers, duplicatesAtMost });
  return {
    customers,
    shards,
    messages: 2 * each * customers,
    leftByKilledReplica: left,
    duplicates: duplicated.length,
  };
}
