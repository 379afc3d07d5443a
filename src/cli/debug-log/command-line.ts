import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { JsonValue } from "../../lib/domain/message-record.ts";

/** Arguments and option values whose words are names, numbers and places. Of all others only the length is told: they may be messages. */
const plainArguments = new Set(["customer", "customers", "code", "shell", "words"]);
const plainValues = new Set([
  ...[
    "client",
    "count",
    "days",
    "duration",
    "file",
    "folder",
    "form",
    "i/n",
    "id",
    "id or domain",
    "interval",
    "key=value",
  ],
  ...[
    "kind",
    "name",
    "namespace/queue",
    "number",
    "number/s",
    "object id",
    "path",
    "patience",
    "queue",
    "scope",
    "side",
  ],
  ...["time", "type", "way"],
]);

/** The command line as it was understood, without what was to be sent or run. */
export function commandLineEntry(command: CommandUnknownOpts): { readonly [name: string]: JsonValue } {
  const words: string[] = [];
  for (let at: CommandUnknownOpts | null = command; at?.parent; at = at.parent) words.unshift(at.name());
  // Then the word in the Customers' place is the body.
  const isBody = command.name() === "send" && (command.getOptionValue("all") || command.getOptionValue("tag"));
  const given = command.registeredArguments.flatMap((argument, index) => {
    const value = argument.variadic ? command.args.slice(index) : command.args[index];
    if (value === undefined || value.length === 0) return [];
    return [[argument.name(), plainArguments.has(argument.name()) && !isBody ? value : lengthOf(value)] as const];
  });
  return { words, arguments: Object.fromEntries(given), options: { ...optionsOf(command), ...globalsOf(command) } };
}

function optionsOf(command: CommandUnknownOpts): { readonly [name: string]: JsonValue } {
  const set = command.options.filter((option) => {
    const source = command.getOptionValueSource(option.attributeName());
    return source !== undefined && source !== "default";
  });
  return Object.fromEntries(
    set.map((option) => {
      const value: unknown = command.getOptionValue(option.attributeName());
      const isPlain =
        typeof value === "boolean" || option.argChoices !== undefined || plainValues.has(placeholder(option.flags));
      return [option.long ?? option.short ?? "", isPlain ? shown(value) : lengthOf(value)];
    }),
  );
}

const placeholder = (flags: string) => /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1] ?? "";

const globalsOf = (command: CommandUnknownOpts) => {
  let root = command;
  while (root.parent) root = root.parent;
  return optionsOf(root);
};

function shown(value: unknown): JsonValue {
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
