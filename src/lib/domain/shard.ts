import { createHash } from "node:crypto";
import type { CustomerName } from "./customer.ts";

/** One replica of several that share the Customers out among themselves: `0/4` is the first of four. */
export type Shard = { readonly index: number; readonly count: number };

/** More replicas than anybody runs; a typing error must not hash for minutes. */
const mostReplicas = 1_024;

export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  const parsed = { index: Number(index), count: Number(count) };
  if (!(parsed.index < parsed.count && parsed.count <= mostReplicas))
    throw new Error(`expected a replica's index and their number, 0/4 to 3/4 for four (at most ${mostReplicas}).`);
  return parsed;
}

/**
 * The replica that a Customer belongs to, by rendezvous hashing (Thaler and Ravishankar, 1998): each replica has a weight for
 * the name, and the heaviest has it. Nobody has to be asked, and another replica takes its 1/n of the Customers from all
 * others alike and moves nobody else. The weights are a contract between versions that run side by side during an update.
 */
export function replicaOf(name: CustomerName, count: number): number {
  let heaviest = { index: 0, weight: -1 };
  for (let index = 0; index < count; index += 1) {
    const weight = weightOf(name, index);
    if (weight > heaviest.weight) heaviest = { index, weight };
  }
  return heaviest.index;
}

/**
 * Whether `replicaOf` gives the Customer to this replica. Most others are ruled out by the first few weights, so that a replica
 * of a hundred finds its share of a hundred thousand within seconds.
 */
export function belongsTo({ index, count }: Shard, name: CustomerName): boolean {
  const own = weightOf(name, index);
  for (let other = 0; other < count; other += 1) {
    const weight = weightOf(name, other);
    if (weight > own || (weight === own && other < index)) return false;
  }
  return true;
}

/** 48 bits, which a number holds exactly. */
const weightOf = (name: CustomerName, index: number) =>
  createHash("sha256").update(`${index}/${name}`).digest().readUIntBE(0, 6);
