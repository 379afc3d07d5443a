import type { Config } from "../../lib/config/config.ts";
import type { Customer } from "../../lib/domain/customer.ts";
import { defineOption } from "../command/define-option.ts";
import type { Context } from "../context.ts";
import { confirm, isInteractive } from "../terminal/prompts.ts";

/** For commands that ask before they act on several customers. */
export const yesOption = defineOption({ flags: "-y, --yes", description: "do not ask for confirmation" });

type Question = {
  readonly config: Pick<Config, "file" | "context">;
  readonly customers: readonly Pick<Customer, "name">[];
  /** What is going to happen, without the customers: `Send "restart" to`. */
  readonly action: string;
  readonly yes: true | undefined;
  /** The customers are taken out of the config. */
  readonly from?: true;
  /** Scripts are not asked, except where the change is hard to take back. */
  readonly scripts?: "need --yes";
};

/**
 * Asks a person at a terminal before something is done for several customers. The question names the action, the number of
 * customers and the config. Throws Failure "usage" where a script needs `--yes`, and "interrupted" after a no.
 */
export async function confirmCustomers(
  { terminal }: Context,
  { config, customers, action, yes, from, scripts }: Question,
): Promise<void> {
  if (yes || (scripts === undefined && !isInteractive(terminal))) return;
  await confirm(
    terminal,
    "--yes",
    `${action} ${customersText(customers)} ${from ? "from" : "of"} ${placeText(config)}?`,
  );
}

const placeText = ({ file, context }: Pick<Config, "file" | "context">) =>
  context === undefined ? file : `${context.name} (${file})`;

const namedAtMost = 3;

/** `acme and fabrikam`, or `50 customers (acme, contoso, fabrikam, …)`. */
function customersText(customers: readonly Pick<Customer, "name">[]): string {
  const names = customers.slice(0, namedAtMost).map(({ name }) => name);
  if (customers.length === 1) return names.join("");
  return `${customers.length} customers (${names.join(", ")}${customers.length > namedAtMost ? ", …" : ""})`;
}
