import { Command } from "@commander-js/extra-typings";
import type { Context } from "../../lib/cli/context.ts";
import { plainLine } from "../../lib/cli/plain-text.ts";
import type { Run, View } from "../../lib/cli/run.ts";
import { teach } from "../../lib/cli/teach.ts";
import { type CustomerRecord, customerRecord } from "../../lib/tenancy/customer-record.ts";

export async function* list({ config }: Context): AsyncGenerator<CustomerRecord> {
  const { customers } = await config.read();
  for (const customer of customers.values()) yield customerRecord(customer);
}

export const view: View<CustomerRecord> = (
  { customer, tenantId, namespace, commandQueue, statusQueue, tags },
  { bold, dim },
) => {
  const labels = Object.entries(tags).map(([key, value]) => plainLine(`${key}=${value}`));
  return [bold(customer.padEnd(12)), tenantId, `${namespace}/{${commandQueue},${statusQueue}}`, dim(labels.join(" "))]
    .join("  ")
    .trimEnd();
};

export const listCommand = (run: Run) =>
  new Command("list")
    .summary("list all of them")
    .description("List the Customers in the config, a line each.")
    .configureHelp(
      teach({
        examples: [
          { line: "xtenant customers list", what: "who is in the config" },
          { line: "xtenant customers list --json", what: "the same for a script: one Customer a line" },
        ],
        seeAlso: ["customers show", "verify"],
      }),
    )
    .action(() => run(list, view)());
