import { execFile, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cleanEnv, program, xtenant } from "./xtenant.ts";

const run = promisify(execFile);
const customers = {
  acme: { tags: { region: "eu", "$(rm": "x" } },
  fabrikam: { tags: { region: "us" } },
  "; rm -rf": {},
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "xtenant-completion-"));
  await mkdir(join(folder, "bin"));
  const wrapper = `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`;
  await writeFile(join(folder, "bin/xtenant"), wrapper, { mode: 0o755 });
  await writeFile(join(folder, "xtenant.json"), JSON.stringify({ customers }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const missing = (shell: string) => spawnSync(shell, ["--version"]).error !== undefined;

/** The shell's name in the title of a test, with the reason where the test is skipped. */
const here = (shell: string) => (missing(shell) ? `(skipped: ${shell} is not on this machine) ${shell}` : shell);

/** The output of a shell for a script in its own language, in a folder with a config. */
async function says(shell: string, ...args: readonly string[]): Promise<string> {
  const env = { ...cleanEnv, HOME: folder, TERM: "dumb", PATH: `${join(folder, "bin")}:${process.env.PATH}` };
  return (await run(shell, args, { cwd: folder, env })).stdout;
}

/** The candidates that bash's own completion gets. */
const bash = (...words: readonly string[]) =>
  says(
    "bash",
    "--norc",
    "-c",
    `source <(xtenant completion bash) && complete -p xtenant >&2 && COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) && _xtenant && printf '%s\\n' "\${COMPREPLY[@]}"`,
    "bash",
    "xtenant",
    ...words,
  );

test.skipIf(missing("bash"))(`${here("bash")} completes commands, options and customers`, async () => {
  expect(await bash("customers", "sh")).toBe("show\n");
  expect(await bash("send", "")).toBe("acme\nfabrikam\n");
  expect(await bash("respond", "acme", "--ex")).toBe("--exec\n");
  // As bash splits --queue=st and region=e.
  expect(await bash("send", "acme", "--queue", "=", "st")).toBe("status\n");
  expect(await bash("verify", "--tag", "region", "=", "e")).toBe("eu\n");
  expect(await bash("verify", "--tag", "region", "=")).toBe("eu\nus\n");
});

test.skipIf(missing("fish"))(`${here("fish")} completes them with a description`, async () => {
  const fish = (line: string) => says("fish", "-c", `xtenant completion fish | source; complete -C '${line}'`);

  expect(await fish("xtenant customers sh")).toBe("show\tshow all settings of customers\n");
  expect(await fish("xtenant send ")).toBe("acme\nfabrikam\n");
  expect(await fish("xtenant respond acme --ex")).toMatch(/^--exec\trun this program for every command/);
  expect(await fish("xtenant --config xtenant.j")).toMatch(/^xtenant\.json/);
  expect(await fish("xtenant verify --tag ")).toBe("region=eu\nregion=us\n");
  expect(await fish("xtenant status --check=n")).toBe("--check=nagios\n");
});

test.skipIf(missing("zsh"))(`${here("zsh")} completes when the tab key is pressed`, async () => {
  const typed = async (line: string) => says("zsh", "-f", "-c", zshAtKeyboard, "zsh", line);

  expect(await typed("xtenant customers sh")).toBe("xtenant customers show ");
  expect(await typed("xtenant send fa")).toBe("xtenant send fabrikam ");
  expect(await typed("xtenant respond acme --ex")).toBe("xtenant respond acme --exec ");
  expect(await typed("xtenant verify acme,f")).toBe("xtenant verify acme,fabrikam ");
  expect(await typed("xtenant status --check=n")).toBe("xtenant status --check=nagios ");
});

/** Types the line and a tab into a zsh on its own terminal, and prints the resulting line. */
const zshAtKeyboard = `
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PS1= PS2= RPS1=; unsetopt zle_bracketed_paste; autoload -U compinit; compinit -u -D; source <(xtenant completion zsh)'
zpty -w z 'print-line() { print -r -- "<<$BUFFER>>"; exit }; zle -N print-line; bindkey "^X" print-line; print READ""Y'
zpty -r z seen '*READY*'
zpty -w -n z "$1"$'\\t\\x18'
zpty -r z seen '*<<*>>*'
print -rn -- "\${\${seen##*<<}%%>>*}"
zpty -d z
`;

test("PowerShell's script calls existing commands (PowerShell is not run here)", async () => {
  const { stdout } = await xtenant(["completion", "powershell"]);
  expect(stdout).toMatch(/__complete @next '--' @typed/);

  const next = await xtenant(["__complete", "--next", "--", "send"], { cwd: folder });
  expect(next.stdout).toBe("acme\nfabrikam\n");
});

test("without a valid config, completion offers no customers and prints no error", async () => {
  await mkdir(join(folder, "broken"));
  await writeFile(join(folder, "broken/xtenant.json"), "{");

  expect(await xtenant(["__complete", "--", "send", ""], { cwd: join(folder, "broken") })).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "",
  });
});
