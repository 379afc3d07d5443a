import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { wrapToPage } from "../../cli/output/wrap-text.ts";
import type { View } from "../../cli/run-command.ts";
import { fieldNames, type JsonSchema, type SavedCommand } from "../../lib/entry/commands.ts";
import type { QueueRole } from "../../lib/entry/customers.ts";
import { omitUndefined, plainLine } from "../../lib/entry/values.ts";

export type SavedCommandRecord = {
  readonly name: string;
  readonly description?: string;
  readonly fields: readonly SavedField[];
  readonly queue: QueueRole;
};
type SavedField = {
  readonly name: string;
  readonly required: boolean;
  /** The values that it takes, where the schema lists them. */
  readonly values?: readonly string[];
  /** As JSON. */
  readonly default?: string;
};

export async function* saved({ config, log }: Pick<Context, "config" | "log">): AsyncGenerator<SavedCommandRecord> {
  const { commands, file } = await config.read();
  if (commands.size === 0) log.info(`${file} has no saved commands: docs/saved-commands.md`);
  for (const command of commands.values()) {
    const { name, description, queue } = command;
    const fields = fieldNames(command).map((field) => fieldRecord(command, field));
    yield { name, ...omitUndefined({ description }), fields, queue };
  }
}

function fieldRecord({ fields }: SavedCommand, name: string): SavedField {
  const schema: JsonSchema = fields.properties?.[name] ?? {};
  const required = fields.required?.includes(name) === true && schema.default === undefined;
  const values = Array.isArray(schema.enum) ? schema.enum.map(String) : undefined;
  const fallback = schema.default === undefined ? undefined : JSON.stringify(schema.default);
  return { name, required, ...omitUndefined({ values, default: fallback }) };
}

export const view: View<SavedCommandRecord> = ({ name, description, fields }, { bold, dim }, page) => {
  const words = fields.map((field) => fieldText(field));
  const line = [bold(plainLine(name)), ...words].join("  ");
  return wrapToPage(description === undefined ? line : `${line}\n  ${dim(plainLine(description))}`, page);
};

/** `service=web|api`, or `[level=…]` for a field that may be left out. */
function fieldText({ name, required, values, default: fallback }: SavedField): string {
  const value = values?.join("|") ?? (fallback === undefined ? "…" : `… (${fallback})`);
  return plainLine(required ? `${name}=${value}` : `[${name}=${value}]`);
}

export const savedCommand = defineCommand({
  name: "saved",
  summary: "list the saved commands of the config",
  description: "List the saved commands of the config with the fields that they take. Send one with `send --command`.",
  paged: "top",
  run: (context) => saved(context),
  render: view,
  examples: [
    { line: "xtenant command saved", what: "list the saved commands and their fields" },
    {
      line: "xtenant send acme --command restart --set service=web --dry-run",
      what: "check the fields of a saved command",
    },
  ],
  seeAlso: ["send", "command show"],
});
