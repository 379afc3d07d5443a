import type { CustomerName, Tag } from "../domain/customer.ts";
import { didYouMean } from "../domain/nearest-name.ts";
import { belongsTo, type Shard } from "../domain/shard.ts";
import { Failure } from "../errors/failure.ts";
import type { Config, ConfiguredCustomer } from "./config.ts";

/** Throws Failure "notFound" with the names of the customers in the config. */
export function findCustomer({ customers, file }: Config, name: CustomerName): ConfiguredCustomer {
  const found = customers.get(name);
  if (found) return found;
  const known = fewOf([...customers.keys()]);
  throw new Failure(
    "CustomerNotFound",
    `${file} has no customer '${name}' (known: ${known})${didYouMean(name, customers.keys())}`,
    { params: { customer: name } },
  );
}

const namedAtMost = 8;

/** Lists only the first names, so that the message stays short. */
function fewOf(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const more = names.length - namedAtMost;
  return names.slice(0, namedAtMost).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** The named customers, each once; all customers when none is named. */
export function findCustomers(config: Config, names: readonly CustomerName[]): readonly ConfiguredCustomer[] {
  if (names.length > 0) return [...new Set(names)].map((name) => findCustomer(config, name));
  if (config.customers.size === 0) throw new Failure("NoCustomers", `there are no customers in ${config.file}`);
  return [...config.customers.values()];
}

/** Which customers a command line selects: named customers, all, or those that have every given tag. */
export type Selection = {
  readonly names?: readonly CustomerName[];
  readonly all?: true;
  readonly tag?: readonly Tag[];
  /** Selects only this replica's share of them. The share can be empty until a customer is added. */
  readonly shard?: Shard;
};

/** Requires exactly one way of selecting. An empty selection is a failure, so that the operator notices that nothing was done. */
export function selectCustomers(config: Config, selection: Selection): readonly ConfiguredCustomer[] {
  const { shard } = selection;
  const selected = matchingCustomers(config, selection);
  return shard === undefined ? selected : selected.filter(({ name }) => belongsTo(shard, name));
}

/** The same for a command that selects all customers when none is named. */
export const selectOrAll = (config: Config, { names = [], all, tag = [] }: Selection): readonly ConfiguredCustomer[] =>
  selectCustomers(config, { names, tag, all: all ?? (names.length + tag.length === 0 ? true : undefined) });

function matchingCustomers(config: Config, selection: Selection): readonly ConfiguredCustomer[] {
  const { names = [], all = false, tag = [] } = selection;
  const ways = [names.length > 0, all, tag.length > 0].filter(Boolean).length;
  if (ways !== 1)
    throw new Failure(
      "CustomerSelection",
      ways === 0 ? "no customer is selected" : "use only one of names, --all and --tag",
    );
  if (tag.length === 0) return findCustomers(config, names);
  const found = [...config.customers.values()].filter(({ tags }) => tag.every(([key, value]) => tags[key] === value));
  if (found.length > 0) return found;
  const wanted = tag.map((pair) => pair.join("=")).join(" and ");
  throw new Failure("TagNotFound", `no customer in ${config.file} has the tag ${wanted}`);
}
