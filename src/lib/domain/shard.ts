import { createHash } from "node:crypto";
import type { CustomerName } from "./customer.ts";

/** One of several replicas that share the customers: `0/4` is the first of four. */
export type Shard = { readonly index: number; readonly count: number };

/** More replicas than a real deployment has. A typing error must not cause minutes of hashing. */
const mostReplicas = 1_024;

export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  const parsed = { index: Number(index), count: Number(count) };
  if (!(parsed.index < parsed.count && parsed.count <= mostReplicas))
    throw new Error(`expected a replica's index and their number, 0/4 to 3/4 for four (at most ${mostReplicas}).`);
  return parsed;
}

/**
 * The replica that serves a customer, by rendezvous hashing (Thaler and Ravishankar, 1998). Each replica has a weight for the
 * name, and the largest weight wins. The replicas need no coordination. A new replica takes its 1/n of the customers from all
 * others, and no other customer moves. During an update, versions run side by side, so the weights must never change.
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
 * Whether `replicaOf` assigns the customer to this replica. It stops at the first larger weight, so that one of a hundred
 * replicas finds its share of a hundred thousand customers within seconds.
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
