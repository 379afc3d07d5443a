import type { Command, OptionValues } from "@commander-js/extra-typings";
import { type CustomerName, parseCustomerNames, parseTag } from "../../lib/domain/customer.ts";
import { parseShard, type Shard } from "../../lib/domain/shard.ts";
import { Failure } from "../../lib/errors/failure.ts";
import type { Context } from "../context.ts";
import { parseArgument, parseRepeatedArgument } from "./parsers.ts";

/** The heading of options that belong to no group. */
export const otherOptionsHeading = "Options:";

/** Adds the options by which a command takes many Customers without naming each (`Selection`). */
export const addSelectionOptions = <Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) =>
  command
    .optionsGroup("Which Customers:")
    .option("--all", "every Customer in the config")
    .option(
      "--tag <key=value>",
      "every Customer with this tag; repeat it to ask for several at once",
      parseRepeatedArgument(parseTag),
    )
    .optionsGroup(otherOptionsHeading);

/** An argument of names, each on its own or several as `acme,fabrikam`. */
export const parseNames = (text: string, before: readonly CustomerName[] = []): readonly CustomerName[] => [
  ...before,
  ...parseArgument(parseCustomerNames)(text),
];

/** Adds the option by which one replica of several takes its share of the Customers that are meant. */
export const addShardOption = <Args extends unknown[], Options extends OptionValues>(command: Command<Args, Options>) =>
  command
    .optionsGroup("Which Customers:")
    .option(
      "--shard <i/n>",
      "of these only the share of replica i of n, 0/4 to 3/4 (env: XTENANT_SHARD)",
      parseArgument(parseShard),
    )
    .optionsGroup(otherOptionsHeading);

/** The replica that this process is: as the command line says, or as the platform that started it has set. */
export function shardOf({ terminal }: Context, given: Shard | undefined): Shard | undefined {
  const { XTENANT_SHARD: set } = terminal.env;
  if (given !== undefined || set === undefined || set === "") return given;
  try {
    return parseShard(set);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure("usage", `XTENANT_SHARD is '${set}': ${why}`, { code: "Shard", cause });
  }
}
