import { dirname } from "node:path";
import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import type { Style } from "../../cli/output/style.ts";
import type { View } from "../../cli/run-command.ts";
import { isSandboxRunning, sandboxContext } from "../../lib/entry/sandbox.ts";
import { plainLine } from "../../lib/entry/values.ts";

export type Shown = {
  /** Null where the config was not found by a context. */
  readonly context: string | null;
  readonly protected: boolean;
  readonly config: string;
  readonly customers: number;
  /** Whether the sandbox of the config runs, where the config is that of a sandbox, and it is known. */
  readonly sandbox?: "running" | "stopped";
};

export async function show({ config }: Pick<Context, "config">): Promise<Shown> {
  const { context, file, customers, cloud } = await config.read();
  const isRunning = cloud.sandbox && (await isSandboxRunning(dirname(cloud.sandbox.caFile)));
  return {
    context: context?.name ?? null,
    protected: context?.protected ?? false,
    config: file,
    customers: customers.size,
    ...(isRunning !== undefined && { sandbox: isRunning ? ("running" as const) : ("stopped" as const) }),
  };
}

export const view: View<Shown> = (shown, style) => {
  const { context, protected: isProtected, config, customers, sandbox } = shown;
  return [
    `context    ${context === null ? "none" : style.bold(context)}${isProtected ? " (protected)" : ""}`,
    `config     ${plainLine(config)}`,
    `customers  ${customers}`,
    ...(sandbox === undefined ? [] : [`sandbox    ${sandboxText(shown, style)}`]),
  ].join("\n");
};

/** Only the one in the background is started and stopped by these commands. */
function sandboxText({ context, sandbox }: Shown, { green, yellow }: Style): string {
  const state = sandbox === "running" ? green("running") : yellow("stopped");
  if (context !== sandboxContext) return state;
  return `${state}; ${sandbox === "running" ? "stop it: xtenant sandbox stop" : "start it: xtenant context use sandbox"}`;
}

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
