import { type Command, Option, type OptionValues } from "@commander-js/extra-typings";
import { addSelectionOptions, otherOptionsHeading } from "./customer-options.ts";
import { parseRepeatedArgument, parseSequenceNumber } from "./parsers.ts";

/** Adds the options that say whose dead letters, and which of them. */
export const addMessageSelectionOptions = <Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) =>
  addSelectionOptions(command)
    .optionsGroup("Which dead letters:")
    .addOption(
      new Option("--queue <queue>", "the dead letters of which queue")
        .choices(["command", "status"] as const)
        .default("status" as const),
    )
    .addOption(
      new Option("--as <side>", "with whose identity: the Provider's app, or the Customer's own responder")
        .choices(["provider", "responder"] as const)
        .default("provider" as const),
    )
    .option(
      "--sequence <number>",
      "the one of this sequence number; repeat it to mean several",
      parseRepeatedArgument(parseSequenceNumber),
    )
    .option("--reason <text>", "those that died for exactly this reason")
    .option("--where <expression>", "those that match, in CEL: docs/expressions.md")
    .optionsGroup(otherOptionsHeading);

/** Adds the options of what takes dead letters away. */
export const addRemovalOptions = <Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) =>
  command
    .optionsGroup("How they go:")
    .option("--dry-run", "look only: name those that are meant")
    .option("-y, --yes", "do not ask for confirmation")
    .option("--journal <file>", "where each is written first (default: dead-letter-<customer>-<time>.ndjson)");
