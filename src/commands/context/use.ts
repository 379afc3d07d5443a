import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import type { View } from "../../cli/run-command.ts";
import type { UsedSandbox } from "../../cli/sandbox/background-sandbox.ts";
import { type Contexts, changeContexts, readContexts, requireContext } from "../../lib/entry/contexts.ts";
import {
  backgroundSandboxConfig,
  backgroundSandboxFolder,
  findRunningSandbox,
  sandboxContext,
} from "../../lib/entry/sandbox.ts";

type Options = { readonly dryRun?: true };

export type Used = {
  /** Null for `none`. */
  readonly context: string | null;
  readonly outcome: "used" | "would-use";
  /** The sandbox in the background, where it runs, or would be started. */
  readonly sandbox?: Omit<UsedSandbox, "state"> & { readonly state: UsedSandbox["state"] | "would-start" };
};

/** `none` is not a context: commands then find their config as without contexts. */
export async function use(
  { terminal, log }: Pick<Context, "terminal" | "log">,
  name: string,
  { dryRun }: Options = {},
): Promise<Used> {
  const { env } = terminal;
  const isSandbox = name === sandboxContext && isOwn(await readContexts(env), env);
  if (!isSandbox && name !== "none") requireContext(await readContexts(env), name);
  const sandbox = await (isSandbox && !dryRun ? start({ terminal, log }) : planned(env, isSandbox));
  if (!dryRun)
    await changeContexts(env, ({ contexts }) => {
      if (name === "none") return { contexts };
      if (!isSandbox) requireContext({ contexts }, name);
      if (!isSandbox) return { current: name, contexts };
      return { current: name, contexts: { ...contexts, [name]: { config: backgroundSandboxConfig(env) } } };
    });
  for (const variable of ["XTENANT_CONFIG", "XTENANT_CONTEXT"] as const)
    if (env[variable]) log.info(`warning: ${variable} is set, and has priority over the context`);
  return {
    context: name === "none" ? null : name,
    outcome: dryRun ? "would-use" : "used",
    ...(sandbox && { sandbox }),
  };
}

async function start({ terminal, log }: Pick<Context, "terminal" | "log">): Promise<UsedSandbox> {
  const { startBackgroundSandbox } = await import("../../cli/sandbox/background-sandbox.ts");
  return startBackgroundSandbox(terminal, log);
}

/** Whether nobody has given the name of the sandbox to another config. */
const isOwn = ({ contexts }: Contexts, env: Context["terminal"]["env"]): boolean =>
  [undefined, backgroundSandboxConfig(env)].includes(contexts[sandboxContext]?.config);

async function planned(env: Context["terminal"]["env"], isWanted: boolean): Promise<Used["sandbox"]> {
  const folder = backgroundSandboxFolder(env);
  const running = await findRunningSandbox(folder);
  if (running) return { state: "running", port: running.port, folder, seeded: [] };
  return isWanted ? { state: "would-start", port: 0, folder, seeded: [] } : undefined;
}

export const view: View<Used> = ({ context, outcome, sandbox }, style) => {
  const { bold, dim, green, yellow } = style;
  const would = outcome === "would-use" ? "would use" : "using";
  const used = context === null ? "no context is used" : `${would} ${bold(context)}`;
  if (sandbox === undefined) return used;
  const stop = `${dim("stop")}  xtenant sandbox stop`;
  if (context !== sandboxContext) return [used, "The sandbox still runs in the background.", stop].join("\n");
  const { state, port, seeded } = sandbox;
  if (state === "would-start") return `${yellow("would start")} the sandbox in the background\n${used}`;
  const isStarted = state === "started" ? green("started") : "found";
  return [
    `${isStarted} the sandbox in the background: https://localhost:${port}`,
    ...(seeded.length === 0 ? [] : ["acme and fabrikam have consented, and acme has answered a command"]),
    used,
    `${dim("next")}  xtenant status`,
    stop,
  ].join("\n");
};

export const useCommand = defineCommand({
  name: "use",
  summary: "choose the context of all commands",
  description:
    "Choose the context that commands use, before a config file in the working directory. --config, XTENANT_CONFIG, --context and XTENANT_CONTEXT still have priority. `none` chooses no context. `sandbox` starts a local sandbox in the background if it does not run, with customers and messages to try every command on.",
  arguments: {
    name: {
      description: "a name from `xtenant context list`, sandbox, or none",
      complete: "context-or-sandbox",
      pick: {},
    },
  },
  options: {
    dryRun: { flags: "--dry-run", description: "show what would be done, and change nothing" },
  },
  render: view,
  run: (context, { name }, options) => use(context, name, options),
  examples: [
    { line: "xtenant context use none", what: "find the config as without contexts" },
    { line: "xtenant context use prod", what: "use a context for all commands", exitCode: 6 },
    { line: "xtenant context use sandbox", what: "try every command on a sandbox in the background" },
  ],
  seeAlso: ["context list", "sandbox stop"],
});
