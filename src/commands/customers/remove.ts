import { Command } from "@commander-js/extra-typings";
import type { Context } from "../../cli/context.ts";
import { withExamples } from "../../cli/help/command-help.ts";
import { parseArgument } from "../../cli/options/parsers.ts";
import type { Run, View } from "../../cli/run-command.ts";
import { type CustomerRecord, customerRecord } from "../../lib/config/customer-record.ts";
import { findCustomer } from "../../lib/config/select-customers.ts";
import { type CustomerName, parseCustomerName } from "../../lib/domain/customer.ts";

/** Takes a Customer out of the config file; what was made in Azure stays. */
export async function remove({ config }: Context, name: CustomerName): Promise<CustomerRecord> {
  const removed = findCustomer(await config.read(), name);
  await config.change((document) => {
    const { [name]: _removed, ...customers } = document.customers ?? {};
    return { ...document, customers };
  });
  return customerRecord(removed);
}

export const view: View<CustomerRecord> = ({ customer }, { green }) =>
  `${green("removed")} ${customer} from the config; its service principal and roles are still there`;

export const removeCommand = (run: Run) =>
  new Command("remove")
    .summary("take one out of the config")
    .description("Take a Customer out of the config file. Nothing is changed in Azure.")
    .argument("<customer>", "a name from `xtenant customers list`", parseArgument(parseCustomerName))
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant customers remove tailspin", what: "forget tailspin; what it gave in Azure stays" },
          {
            line: "xtenant offboard tailspin --yes && xtenant customers remove tailspin",
            what: "take its roles away first",
          },
        ],
        seeAlso: ["offboard"],
      }),
    )
    .action((name) => run(remove, view)(name));
