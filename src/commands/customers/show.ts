import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { customersArgument, selectionOf, selectionOptions } from "../../cli/options/customer-options.ts";
import { formatDefinitions } from "../../cli/output/wrap-text.ts";
import type { View } from "../../cli/run-command.ts";
import { type CustomerRecord, customerRecord, type Selection, selectCustomers } from "../../lib/entry/customers.ts";
import { plainLine } from "../../lib/entry/values.ts";

export async function* show({ config }: Context, selection: Selection): AsyncGenerator<CustomerRecord> {
  for (const customer of selectCustomers(await config.read(), selection)) yield customerRecord(customer);
}

export const view: View<CustomerRecord> = (record, { dim }, page) =>
  formatDefinitions(
    Object.entries(record)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [dim(key), plainLine(textOf(value))]),
    page?.columns,
  );

/** Tags as they are typed: `region=eu tier=gold`. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return JSON.stringify(value);
  const pairs = Object.entries(value);
  return pairs.length === 0 ? "–" : pairs.map(([key, one]) => `${key}=${String(one)}`).join(" ");
}

/** An empty line separates one customer from the next. */
function blocks(one: View<CustomerRecord>): View<CustomerRecord> {
  let count = 0;
  return (record, style, page) => {
    count += 1;
    return `${count === 1 ? "" : "\n"}${one(record, style, page)}`;
  };
}

export const showCommand = defineCommand({
  name: "show",
  summary: "show all settings of customers",
  description: "Show the settings of customers in the config, including defaults.",
  arguments: customersArgument,
  options: selectionOptions,
  paged: "top",
  run: (context, args, options) => show(context, selectionOf(args, options)),
  createRenderer: () => ({ onRecord: blocks(view) }),
  examples: [
    { line: "xtenant customers show acme", what: "show the settings of acme, including defaults" },
    { line: "xtenant customers show acme fabrikam --json", what: "the settings of two customers as JSON" },
  ],
  seeAlso: ["help config", "verify"],
});
