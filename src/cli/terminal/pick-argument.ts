import type { CompletionSource } from "../command/define-option.ts";
import type { MissingArgument } from "../command/missing-argument.ts";
import { contextNames, customerChoices, usableContexts } from "../completion/customer-names.ts";
import { type Choice, pick } from "./prompts.ts";
import type { Terminal } from "./terminal.ts";

/** Has a person pick the argument. No words where there is nothing to pick: the command then reports what is missing. */
export async function pickArgument(missing: MissingArgument, terminal: Terminal): Promise<readonly string[]> {
  const { definition, argChoices } = missing.argument;
  const names = argChoices ?? [];
  const choices = definition.complete
    ? await choicesOf(definition.complete, missing, terminal)
    : names.map((value) => ({ value, name: value }));
  if (choices.length === 0) return [];
  const several = definition.variadic === true;
  const question = definition.complete === "customer" ? (several ? "Customers" : "Customer") : capitalized(missing);
  const picked = await pick(terminal, question, choices, { several });
  return [picked.join(",")];
}

const capitalized = ({ argument }: MissingArgument) => {
  const name = argument.name();
  return name.charAt(0).toUpperCase() + name.slice(1);
};

async function choicesOf(
  source: CompletionSource,
  { config, context }: MissingArgument,
  { env, workingDirectory }: Terminal,
): Promise<readonly Choice<string>[]> {
  if (source === "customer")
    return customerChoices({ option: config, env, workingDirectory, contexts: { name: context } });
  const names =
    source === "context" ? await contextNames(env) : source === "context-or-sandbox" ? await usableContexts(env) : [];
  return names.map((value) => ({ value, name: value }));
}
