import type { ConfigFile } from "../../lib/config/config-file.ts";
import type { Customer } from "../../lib/domain/customer.ts";
import type { Context } from "../context.ts";

/** What the app may do with a customer's queues, from the least. */
export const accessChoices = ["least-privilege", "data-owner"] as const;

export const roleOption = <const Group extends string>(prefix: string, group?: Group) =>
  ({
    flags: "--role <role>",
    description: `${prefix}Data Sender on the command queue and Data Receiver on the status queue, or Data Owner on the namespace. Data Owner also reads commands, and creates and deletes queues. (default: \`access\` in the config)`,
    choices: accessChoices,
    ...(group === undefined ? {} : { group }),
  }) as const;

/** Writes the role that was granted into the config, so that `verify --drift` compares with what was asked for. */
export async function recordAccess(
  { config, log }: Pick<Context, "log"> & { readonly config: Pick<ConfigFile, "change"> },
  { name, access }: Pick<Customer, "name" | "access">,
  role: Customer["access"] | undefined,
): Promise<void> {
  if (role === undefined || role === access) return;
  await config.change((document) => ({
    ...document,
    customers: Object.fromEntries(
      Object.entries(document.customers ?? {}).map(([key, customer]) => [
        key,
        key === name ? { ...customer, access: role } : customer,
      ]),
    ),
  }));
  log.info(`customers.${name}.access in the config is now ${role}`);
}
