import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { hasTerminal, onTerminal } from "./pseudo-terminal.ts";

const missing = !hasTerminal || spawnSync("less", ["--version"]).status !== 0;
const needed = missing ? "(skipped: util-linux's script or less is not on this machine) " : "";

test.skipIf(missing)(`${needed}a long text is read in less, in which Ctrl-C ends nothing`, async () => {
  const { exitCode, screen, asked } = await onTerminal(["help", "environment"], {
    cwd: tmpdir(),
    env: { PAGER: "less -Psturn-page" },
    answers: [
      ["turn-page", "\u0003 "],
      ["turn-page", "q"],
    ],
  });

  expect({ exitCode, asked }).toEqual({ exitCode: 0, asked: 2 });
  expect(screen).toContain("XTENANT_CONFIG");
  expect(screen).not.toContain("AZURE_LOG_LEVEL");
});

test.skipIf(missing)(`${needed}the whole text is printed with --no-pager`, async () => {
  const { exitCode, screen } = await onTerminal(["help", "environment", "--no-pager"], {
    cwd: tmpdir(),
    env: { PAGER: "less -Psturn-page" },
    answers: [],
  });

  expect(exitCode).toBe(0);
  expect(screen).toContain("AZURE_LOG_LEVEL");
  expect(screen).not.toContain("turn-page");
});
