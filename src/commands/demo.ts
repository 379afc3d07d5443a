import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { defineCommand } from "../cli/command/define-command.ts";
import type { Context } from "../cli/context.ts";
import { acceptConsent } from "../cli/demo/accept-consent.ts";
import { type DemoScene, demoScenes } from "../cli/demo/story.ts";
import { wrapToPage } from "../cli/output/wrap-text.ts";
import type { FailureOf, Renderer, View } from "../cli/run-command.ts";
import { pause } from "../cli/terminal/prompts.ts";
import { type Finished, runSelf, startSelf } from "../cli/terminal/run-self.ts";
import type { Terminal } from "../cli/terminal/terminal.ts";
import { Failure } from "../lib/entry/errors.ts";

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
export async function* demo(
  { terminal, signal }: Context,
  { step }: { readonly step?: true | undefined } = {},
): AsyncGenerator<Shown> {
  const folder = await mkdtemp(join(tmpdir(), "xtenant-demo-"));
  try {
    await using _sandbox = await startSelf(terminal, ["sandbox", "--dir", folder]);
    for (const [index, scene] of demoScenes.entries()) {
      if (signal.aborted) return;
      if (step && index > 0) await pause(terminal, "Enter shows the next step");
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

export const view: View<Shown> = (
  { title, command, exitCode, output, ok },
  { bold, dim, green, red, yellow },
  page,
) => {
  const ending = !ok
    ? red(`exit ${exitCode}, which is not expected`)
    : exitCode === 0
      ? green("done")
      : yellow(`as expected here (exit ${exitCode})`);
  return [
    wrapToPage(title, page),
    `${bold(`$ ${command}`)}`,
    ...output.split("\n").map((line) => wrapToPage(`  ${line}`, page)),
    `  ${dim("→")} ${ending}`,
    "",
  ].join("\n");
};

/** The steps one by one, and after the last one what they showed and what to do next. */
function demoRenderer(): Renderer<Shown> {
  let steps = 0;
  let refusals = 0;
  return {
    onRecord: (shown, style, page) => {
      if (shown.ok) steps += 1;
      if (shown.ok && shown.exitCode !== 0) refusals += 1;
      return view(shown, style, page);
    },
    onEnd: ({ bold, green, dim }, page) =>
      steps < demoScenes.length
        ? ""
        : [
            `${green("✓")} ${bold("The demo is complete:")} ${steps} steps, of which ${refusals} end with an expected error.`,
            "Consent, role, command and status: each step worked only after the customer had allowed it.",
            `${dim("next")}  xtenant sandbox --dir sandbox   a sandbox to try the commands yourself`,
            `${dim("next")}  xtenant init                    a config for Azure`,
          ]
            .map((line) => wrapToPage(line, page))
            .join("\n"),
  };
}

export const demoCommand = defineCommand({
  name: "demo",
  description:
    "Run every step on a temporary sandbox: consent, roles, a command and its status, and the errors before each step.",
  options: {
    step: { flags: "--step", description: "wait for Enter before each step, at a terminal" },
  },
  createRenderer: demoRenderer,
  failureOf,
  run: (context, _args, options) => demo(context, options),
  examples: [
    { line: "xtenant demo", what: "see every step in half a minute" },
    { line: "xtenant demo --step", what: "wait for Enter before each step" },
    { line: "xtenant demo --json", what: "print every step as JSON" },
  ],
  seeAlso: ["sandbox", "init"],
});
