import type { CustomerName, Tag } from "../domain/customer.ts";
import { didYouMean } from "../domain/nearest-name.ts";
import { belongsTo, type Shard } from "../domain/shard.ts";
import { Failure } from "../errors/failure.ts";
import type { Config, ConfiguredCustomer } from "./config.ts";

/** Throws Failure "notFound" that names the Customers there are. */
export function findCustomer({ customers, file }: Config, name: CustomerName): ConfiguredCustomer {
  const found = customers.get(name);
  if (found) return found;
  const known = fewOf([...customers.keys()]);
  throw new Failure(
    "CustomerNotFound",
    `there is no customer '${name}' in ${file} (known: ${known})${didYouMean(name, customers.keys())}`,
    { params: { customer: name } },
  );
}

const namedAtMost = 8;

/** Names of some: a message is for reading. */
function fewOf(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const more = names.length - namedAtMost;
  return names.slice(0, namedAtMost).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** The Customers that were named, each once; all of them when none was. */
export function findCustomers(config: Config, names: readonly CustomerName[]): readonly ConfiguredCustomer[] {
  if (names.length > 0) return [...new Set(names)].map((name) => findCustomer(config, name));
  if (config.customers.size === 0) throw new Failure("NoCustomers", `there are no customers in ${config.file}`);
  return [...config.customers.values()];
}

/** Which Customers a command line means: those it names, all, or those that have every one of the tags. */
export type Selection = {
  readonly names?: readonly CustomerName[];
  readonly all?: true;
  readonly tag?: readonly Tag[];
  /** Of these, the share of one replica: it may be nobody, until a Customer is added. */
  readonly shard?: Shard;
};

/** Exactly one way of selecting; selecting nobody is a failure, because nothing would be done and nobody would know. */
export function selectCustomers(config: Config, selection: Selection): readonly ConfiguredCustomer[] {
  const { shard } = selection;
  const meant = matchingCustomers(config, selection);
  return shard === undefined ? meant : meant.filter(({ name }) => belongsTo(shard, name));
}

/** The same for a command that means all Customers where none is named. */
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
