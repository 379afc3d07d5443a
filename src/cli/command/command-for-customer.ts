import type { Command } from "commander";
import { DefinedArgument } from "./build-command.ts";

/**
 * The intended command where the name of a customer stands in the place of a subcommand: `scheduled list acme` for
 * `scheduled acme`. It is the first one that a person could have picked the customer for.
 */
export function commandForCustomer(
  program: Command,
  typed: readonly string[],
  word: string,
): readonly string[] | undefined {
  const group = typed.reduce<Command | undefined>(
    (command, name) => command?.commands.find((child) => child.name() === name),
    program,
  );
  if (group === undefined || group === program || !/^[a-z0-9][a-z0-9-]*$/i.test(word)) return undefined;
  const meant = group.commands.find(
    ({ registeredArguments: [first] }) =>
      first instanceof DefinedArgument && first.definition.pick !== undefined && /customer/.test(first.name()),
  );
  return meant && [...typed, meant.name(), word];
}
