import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { defineCommand } from "../cli/command/define-command.ts";
import type { Context } from "../cli/context.ts";
import { acceptConsent } from "../cli/demo/accept-consent.ts";
import { type DemoScene, demoScenes } from "../cli/demo/story.ts";
import type { FailureOf, View } from "../cli/run-command.ts";
import { type Finished, runSelf, startSelf } from "../cli/terminal/run-self.ts";
import type { Terminal } from "../cli/terminal/terminal.ts";
import { Failure } from "../lib/errors/failure.ts";

export type Shown = {
  readonly type: "step";
  readonly title: string;
  readonly command: string;
  readonly exitCode: number;
  readonly expectedExitCode: number;
  readonly output: string;
  readonly ok: boolean;
};

/** The very commands that an operator would type, each in a process of its own, on a sandbox that is gone afterwards. */
export async function* demo({ terminal, signal }: Context): AsyncGenerator<Shown> {
  const folder = await mkdtemp(join(tmpdir(), "xtenant-demo-"));
  try {
    await using _sandbox = await startSelf(terminal, ["sandbox", "--dir", folder]);
    for (const scene of demoScenes) {
      if (signal.aborted) return;
      yield await played(terminal, scene, folder);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function played(terminal: Terminal, scene: DemoScene, folder: string): Promise<Shown> {
  const finished = await runSelf(terminal, ["--config", join(folder, "xtenant.json"), ...scene.argv]);
  const accepted = scene.thenAccepts ? [await acceptConsent(finished.stdout.trim(), join(folder, "ca.pem"))] : [];
  const output = [...linesOf(finished, folder), ...accepted].join("\n");
  return {
    type: "step",
    title: scene.title,
    command: `xtenant ${scene.argv.map(quoted).join(" ")}`,
    exitCode: finished.exitCode,
    expectedExitCode: scene.exitCode,
    output,
    ok: finished.exitCode === scene.exitCode && scene.says.test(stripVTControlCharacters(output)),
  };
}

const linesOf = ({ stdout, stderr }: Finished, folder: string): readonly string[] =>
  [stdout, stderr].map((text) => text.replaceAll(folder, "<sandbox>").trimEnd()).filter((text) => text !== "");

const quoted = (word: string) => (/^[\w./:=-]+$/.test(word) ? word : `'${word}'`);

const failureOf: FailureOf<Shown> = ({ ok, command, exitCode, expectedExitCode }) =>
  ok
    ? undefined
    : new Failure(
        "Bug",
        `'${command}' ended with exit code ${exitCode}, or with other output than expected (expected exit code ${expectedExitCode})`,
      );

export const view: View<Shown> = ({ title, command, exitCode, output, ok }, { bold, dim, green, red }) => {
  const ending = ok ? green(`exit ${exitCode}`) : red(`exit ${exitCode}, not as it should be`);
  return [
    `${title}`,
    `${bold(`$ ${command}`)}`,
    ...output.split("\n").map((line) => `  ${line}`),
    `  ${dim("→")} ${ending}`,
    "",
  ].join("\n");
};

export const demoCommand = defineCommand({
  name: "demo",
  description:
    "Run the whole path on a temporary sandbox: consent, roles, a command and its status, and every refusal on the way.",
  run: demo,
  render: view,
  failureOf,
  examples: [
    { line: "xtenant demo", what: "see every step in half a minute" },
    { line: "xtenant demo --json", what: "print every step as JSON" },
  ],
  seeAlso: ["sandbox", "init"],
});
