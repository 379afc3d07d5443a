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
    "notFound",
    `there is no Customer '${name}' in ${file} (known: ${known})${didYouMean(name, customers.keys())}`,
    {
      code: "CustomerNotFound",
      hint: `xtenant customers add ${name} --tenant <id> --namespace <host>`,
    },
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
  if (config.customers.size === 0)
    throw new Failure("usage", `there are no Customers in ${config.file}`, {
      code: "NoCustomers",
      hint: "xtenant customers add <name> --tenant <id> --namespace <host>",
    });
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
      "usage",
      ways === 0 ? "no Customer is meant" : "names, --all and --tag exclude each other: say whom in one way",
      { code: "Selection", hint: "name one, several as acme,fabrikam, or use --all or --tag <key>=<value>" },
    );
  if (tag.length === 0) return findCustomers(config, names);
  const found = [...config.customers.values()].filter(({ tags }) => tag.every(([key, value]) => tags[key] === value));
  if (found.length > 0) return found;
  const wanted = tag.map((pair) => pair.join("=")).join(" and ");
  throw new Failure("notFound", `no Customer in ${config.file} has the tag ${wanted}`, {
    code: "TagNotFound",
    hint: "xtenant customers list shows the tags",
  });
}
