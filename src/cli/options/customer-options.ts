import type { Selection } from "../../lib/config/select-customers.ts";
import { type CustomerName, parseCustomerName, parseTag, type Tag } from "../../lib/domain/customer.ts";
import { parseShard, type Shard } from "../../lib/domain/shard.ts";
import { Failure } from "../../lib/errors/failure.ts";
import { type ArgumentDefinition, defineOption, group } from "../command/define-option.ts";
import type { Context } from "../context.ts";

const heading = "Customers:";

const customersWith = <const Description extends string>(description: Description) =>
  ({
    customers: {
      description,
      optional: true,
      variadic: true,
      commaSeparated: true,
      parse: parseCustomerName,
      complete: "customer",
    },
  }) as const satisfies Record<string, ArgumentDefinition>;

/** The customers of a command that needs them: `acme fabrikam` and `acme,fabrikam` are the same. */
export const customersArgument = {
  customers: {
    ...customersWith("names from `xtenant customers list`: acme fabrikam, or acme,fabrikam").customers,
    pick: { without: ["--all", "--tag"] },
  },
} as const satisfies Record<string, ArgumentDefinition>;

/** The same for a command that takes all customers where none is selected. */
export const customersOrAllArgument = customersWith(
  "names from `xtenant customers list`: acme fabrikam, or acme,fabrikam (default: all)",
);

/** Exactly one customer. */
export const customerArgument = {
  customer: {
    description: "a name from `xtenant customers list`",
    parse: parseCustomerName,
    complete: "customer",
    pick: {},
  },
} as const satisfies Record<string, ArgumentDefinition>;

export const tagOption = defineOption({
  flags: "-t, --tag <key=value>",
  description: "every customer with this tag; repeat it to require several tags",
  parse: parseTag,
  repeatable: true,
  complete: "tag",
});

/** The options that select customers without their names. */
export const selectionOptions = group(heading, {
  all: { flags: "--all", description: "every customer in the config" },
  tag: tagOption,
});

/** The option that gives one replica of several its share of the selected customers. */
export const shardOption = group(heading, {
  shard: {
    flags: "--shard <i/n>",
    description: "only the share of replica i of n, 0/4 to 3/4 (env: XTENANT_SHARD)",
    parse: parseShard,
  },
});

type SelectionArguments = { readonly customers: readonly CustomerName[] };
type SelectionValues = {
  readonly all?: true | undefined;
  readonly tag?: readonly Tag[] | undefined;
  readonly shard?: Shard | undefined;
};

/** The customers that a command line selects by names, `--all` or `--tag`. */
export const selectionOf = (
  { customers }: SelectionArguments,
  { all, tag, shard }: SelectionValues,
): Selection & { readonly names: readonly CustomerName[] } => ({ names: customers, all, tag, shard });

/** The same for a command that takes all customers where none is selected. */
export function selectionOrAllOf(args: SelectionArguments, values: SelectionValues): ReturnType<typeof selectionOf> {
  const isEmpty = args.customers.length === 0 && values.tag === undefined;
  return selectionOf(args, isEmpty ? { ...values, all: true } : values);
}

/** The replica of this process: from the command line, or from the variable that the platform sets. */
export function shardOf({ terminal }: Context, given: Shard | undefined): Shard | undefined {
  const { XTENANT_SHARD: set } = terminal.env;
  if (given !== undefined || set === undefined || set === "") return given;
  try {
    return parseShard(set);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure("VariableInvalid", `XTENANT_SHARD is '${set}': ${why}`, { cause });
  }
}
