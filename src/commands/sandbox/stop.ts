import { defineCommand } from "../../cli/command/define-command.ts";
import { pathOption } from "../../cli/command/define-option.ts";
import type { Context } from "../../cli/context.ts";
import type { View } from "../../cli/run-command.ts";
import { Failure } from "../../lib/entry/errors.ts";
import { backgroundSandboxFolder, findRunningSandbox, stopRunningSandbox } from "../../lib/entry/sandbox.ts";
import { plainLine } from "../../lib/entry/values.ts";

type Options = { readonly dir?: string; readonly delete?: true; readonly dryRun?: true };

export type Stopped = {
  readonly folder: string;
  readonly outcome: "stopped" | "not-running" | "would-stop";
  /** Whether its state and messages are deleted, or would be. */
  readonly deleted: boolean;
};

/** Stops the sandbox of a folder: that of the background, or the one that `xtenant sandbox` runs there. */
export async function stop(
  { terminal }: Pick<Context, "terminal">,
  { dir, delete: isDeleted, dryRun }: Options,
): Promise<Stopped> {
  if (dir !== undefined && isDeleted)
    throw new Failure(
      "UsageConflictingOptions",
      "--delete is for the sandbox in the background: it cannot be combined with --dir",
    );
  const folder = dir ?? backgroundSandboxFolder(terminal.env);
  const deleted = isDeleted === true;
  if (dryRun) {
    const running = await findRunningSandbox(folder);
    return { folder, outcome: running || deleted ? "would-stop" : "not-running", deleted };
  }
  const outcome = (await stopRunningSandbox(folder)) ? "stopped" : "not-running";
  if (deleted) {
    const { deleteBackgroundSandbox } = await import("../../cli/sandbox/background-sandbox.ts");
    await deleteBackgroundSandbox(terminal.env);
  }
  return { folder, outcome, deleted };
}

/** How it is started again depends on who has started it. */
const viewOf =
  (dir: string | undefined): View<Stopped> =>
  ({ folder, outcome, deleted }, { green, yellow, dim }) => {
    const at = plainLine(folder);
    const texts = {
      stopped: `${green("stopped")} the sandbox of ${at}`,
      "would-stop": `${yellow("would stop")} the sandbox of ${at}`,
      "not-running": `no sandbox runs in ${at}`,
    };
    if (deleted)
      return `${texts[outcome]}\n${outcome === "would-stop" ? "would delete" : "deleted"} its state and messages`;
    const start = dir === undefined ? "xtenant context use sandbox" : `xtenant sandbox --dir ${plainLine(dir)}`;
    return `${texts[outcome]}\n${dim("next")}  ${start} starts it again`;
  };

export const stopCommand = defineCommand({
  name: "stop",
  summary: "stop the sandbox in the background",
  description:
    "Stop the sandbox that `xtenant context use sandbox` has started, or with --dir one that runs in another folder. Its state and messages stay for the next start.",
  options: {
    // The sandbox command has the same option, and parses it first.
    dir: pathOption("-d, --dir <folder>", "folder of the sandbox (default: that of the sandbox in the background)"),
    delete: { flags: "--delete", description: "also delete its state and messages: the next start is a first one" },
    dryRun: { flags: "--dry-run", description: "show what would be stopped, and change nothing" },
  },
  createRenderer: ({ dir }) => ({ onRecord: viewOf(dir) }),
  run: (context, _args, options) => stop(context, options),
  examples: [
    { line: "xtenant sandbox stop", what: "stop the sandbox in the background" },
    { line: "xtenant sandbox stop --delete", what: "stop it, and delete its state" },
  ],
  seeAlso: ["context use", "sandbox"],
});
