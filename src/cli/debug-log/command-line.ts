import type { Command } from "commander";
import type { JsonValue } from "../../lib/domain/json-value.ts";
import { DefinedArgument, DefinedOption } from "../command/build-command.ts";
import { isSensitive } from "../command/define-option.ts";

/** The command line as it was parsed. Of a value that may be a message, a secret or a program, only the length is written. */
export function commandLineEntry(command: Command): { readonly [name: string]: JsonValue } {
  const words: string[] = [];
  for (let at: Command | null = command; at?.parent; at = at.parent) words.unshift(at.name());
  return { words, arguments: argumentsOf(command), options: { ...optionsOf(command), ...optionsOf(rootOf(command)) } };
}

function argumentsOf(command: Command): { readonly [name: string]: JsonValue } {
  const given = command.registeredArguments.flatMap((argument, index) => {
    const value = argument.variadic ? command.args.slice(index) : command.args[index];
    if (value === undefined || value.length === 0) return [];
    return [[argument.name(), argumentEntry(argument, value, command)] as const];
  });
  return Object.fromEntries(given);
}

function argumentEntry(argument: unknown, value: string | readonly string[], command: Command): JsonValue {
  if (!(argument instanceof DefinedArgument)) return lengthOf(value);
  const { definition } = argument;
  if (definition.divide === undefined || typeof value === "string")
    return isSensitive(definition) ? lengthOf(value) : value;
  const { shown, hidden } = definition.divide(value, command.opts());
  return [...shown, ...hidden.map(lengthOf)];
}

function optionsOf(command: Command): { readonly [name: string]: JsonValue } {
  const given = command.options.filter((option) => {
    const source = command.getOptionValueSource(option.attributeName());
    return source !== undefined && source !== "default";
  });
  return Object.fromEntries(
    given.map((option) => {
      const value: unknown = command.getOptionValue(option.attributeName());
      const isShown =
        typeof value === "boolean" || (option instanceof DefinedOption && !isSensitive(option.definition));
      return [option.long ?? option.short ?? "", isShown ? entryOf(value) : lengthOf(value)];
    }),
  );
}

function rootOf(command: Command): Command {
  let root = command;
  while (root.parent) root = root.parent;
  return root;
}

function entryOf(value: unknown): JsonValue {
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "string") return value;
  if (Array.isArray(value)) return value.map((one) => (Array.isArray(one) ? one.join("=") : String(one)));
  return String(value);
}

const lengthOf = (value: unknown) =>
  Array.isArray(value)
    ? `<${value.length} words>`
    : typeof value === "string"
      ? `<${value.length} characters>`
      : "<set>";
