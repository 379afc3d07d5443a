import type { Command, OptionValues } from "@commander-js/extra-typings";
import { tag } from "../tenancy/customer.ts";
import { arguments_ } from "./parsers.ts";

/** Adds the options by which a command takes many Customers without naming each (`Selection`). */
export const selecting = <Args extends unknown[], Options extends OptionValues>(command: Command<Args, Options>) =>
  command
    .option("--all", "every Customer in the config")
    .option("--tag <key=value>", "every Customer with this tag; repeat it to ask for several at once", arguments_(tag));
