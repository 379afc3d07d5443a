import { Failure } from "../failure.ts";
import type { Config, ConfiguredCustomer } from "./config.ts";
import type { CustomerName } from "./customer.ts";
import { didYouMean } from "./did-you-mean.ts";

/** Throws Failure "notFound" that names the Customers there are. */
export function findCustomer({ customers, file }: Config, name: CustomerName): ConfiguredCustomer {
  const found = customers.get(name);
  if (found) return found;
  const known = [...customers.keys()].join(", ") || "none";
  throw new Failure(
    "notFound",
    `there is no Customer '${name}' in ${file} (known: ${known})${didYouMean(name, customers.keys())}`,
    {
      code: "CustomerNotFound",
      hint: `xtenant customers add ${name} --tenant <id> --namespace <host>`,
    },
  );
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
