import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import type { View } from "../../cli/run-command.ts";
import { plainLine } from "../../lib/entry/values.ts";

export type Shown = {
  /** Null where the config was not found by a context. */
  readonly context: string | null;
  readonly protected: boolean;
  readonly config: string;
  readonly customers: number;
};

export async function show({ config }: Pick<Context, "config">): Promise<Shown> {
  const { context, file, customers } = await config.read();
  return {
    context: context?.name ?? null,
    protected: context?.protected ?? false,
    config: file,
    customers: customers.size,
  };
}

export const view: View<Shown> = ({ context, protected: isProtected, config, customers }, { bold }) =>
  [
    `context    ${context === null ? "none" : bold(context)}${isProtected ? " (protected)" : ""}`,
    `config     ${plainLine(config)}`,
    `customers  ${customers}`,
  ].join("\n");

export const showCommand = defineCommand({
  name: "show",
  summary: "show the context and the config of this command line",
  description: "Show which context and which config file a command uses here.",
  render: view,
  run: (context) => show(context),
  examples: [
    { line: "xtenant context show", what: "show the context and the config file" },
    { line: "xtenant context show --query config -o tsv", what: "print the path of the config file" },
  ],
  seeAlso: ["context use", "help config"],
});
