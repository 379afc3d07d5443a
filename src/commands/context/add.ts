import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { parseArgument } from "../../cli/options/parsers.ts";
import type { View } from "../../cli/run-command.ts";
import { changeContexts, type NamedContext, parseContextName } from "../../lib/entry/contexts.ts";
import { Failure } from "../../lib/entry/errors.ts";
import { plainLine } from "../../lib/entry/values.ts";

type Options = { readonly protected?: true; readonly force?: true };
export type Added = { readonly context: string; readonly config: string; readonly protected: boolean };

/** The config is the one that this command line uses. */
export async function add(
  { config, terminal }: Pick<Context, "config" | "terminal">,
  name: string,
  { protected: isProtected, force }: Options,
): Promise<Added> {
  const { file } = await config.read();
  await changeContexts(terminal.env, ({ contexts, ...rest }) => {
    if (Object.hasOwn(contexts, name) && !force)
      throw new Failure("ContextExists", `there is a context '${name}' already`);
    const added: NamedContext = { config: file, ...(isProtected ? { protected: true } : {}) };
    return { ...rest, contexts: { ...contexts, [name]: added } };
  });
  return { context: name, config: file, protected: isProtected ?? false };
}

const parseName = parseArgument(parseContextName);

export const view: View<Added> = ({ context, config, protected: isProtected }, { green, bold }) =>
  `${green("added")} ${bold(context)}${isProtected ? " (protected)" : ""}: ${plainLine(config)}`;

export const addCommand = defineCommand({
  name: "add",
  summary: "give a name to a config file",
  description: "Give a name to the config file that commands use here, or to that of --config.",
  arguments: {
    name: { description: "the name of the context", parse: parseName },
  },
  options: {
    protected: { flags: "--protected", description: "ask for the name before a command changes something" },
    force: { flags: "--force", description: "replace a context with this name" },
  },
  render: view,
  run: (context, { name }, options) => add(context, name, options),
  examples: [
    { line: "xtenant context add prod --config xtenant.json --protected", what: "name a config, and protect it" },
    { line: "xtenant context add test --force", what: "name the config that commands use here" },
  ],
  seeAlso: ["context use", "context list"],
});
