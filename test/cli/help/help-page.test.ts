import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { helpPages, writeHelpPages } from "../../../scripts/help-pages.ts";
import { helpPageAsked, helpWidth, helpWidths, printHelpPage } from "../../../src/cli/help/help-page.ts";
import { noTelemetry } from "../../../src/lib/telemetry/telemetry.ts";
import { main } from "../../../src/main.ts";
import { createMemoryCloud } from "../../fakes/memory-cloud.ts";
import { output } from "../../fakes/output.ts";
import { fakeTerminal } from "../../fakes/terminal.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "xtenant-help-"));
  await writeHelpPages(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Window = { readonly isTTY?: boolean; readonly columns?: number };

const stdoutOf = ({ isTTY = false, columns }: Window) => Object.assign(output({ isTTY }), { columns });

async function printedByProgram(argv: readonly string[], window: Window): Promise<string> {
  const stdout = stdoutOf(window);
  const open = () => ({ azure: createMemoryCloud().cloud, telemetry: noTelemetry });
  await main(argv, { ...fakeTerminal(), stdout }, open);
  return stdout.text();
}

async function printedFromPage(argv: readonly string[], window: Window = {}, env = {}) {
  const stdout = stdoutOf(window);
  const isPrinted = await printHelpPage({ argv: ["node", "xtenant", ...argv], env, stdout }, folder);
  return isPrinted ? stdout.text() : undefined;
}

test("every page is what the program prints for its words, in both widths", async () => {
  const pages = [...(await helpPages())];
  expect(pages.length).toBeGreaterThan(120);
  for (const columns of helpWidths)
    for (const [path, text] of pages.filter(([at]) => at.startsWith(`${columns}`))) {
      const words = path.replace(/^.*xtenant\.?|\.?txt$/g, "").split(".");
      const argv = words[0] === "--version" ? words : [...words.filter(Boolean), "--help"];
      expect({ argv, text }).toEqual({ argv, text: await printedByProgram(argv, { columns }) });
    }
});

test.each([
  [[], []],
  [["--help"], []],
  [["send", "-h"], ["send"]],
  [
    ["app", "credential", "add", "--help"],
    ["app", "credential", "add"],
  ],
  [["--version"], ["--version"]],
  [["-V"], ["--version"]],
])("%j asks for the page of %j", (argv, words) => {
  expect(helpPageAsked(argv)).toEqual(words);
});

test.each([
  [["send"]],
  [["--no-color", "send", "--help"]],
  [["send", "--help", "acme"]],
  [["-h", "send"]],
  [["../send", "--help"]],
  [["send.txt", "-h"]],
  [["send", "--version"]],
  [["help", "send"]],
])("%j is left to the program", (argv) => {
  expect(helpPageAsked(argv)).toBeUndefined();
});

test("a page without a file is left to the program: another word, or a customer's name", async () => {
  expect(await printedFromPage(["send", "acme", "--help"])).toBeUndefined();
  expect(await printedFromPage(["sned", "--help"])).toBeUndefined();
});

test.each([
  [undefined, 80],
  [0, 80],
  [60, 60],
  [80, 80],
  [99, 80],
  [100, 100],
  [250, 100],
])("help at a terminal of %s columns has %i", (columns, width) => {
  expect(helpWidth(columns)).toBe(width);
});

test("a narrow terminal is left to the program, which lays the help out for it", async () => {
  expect(await printedFromPage(["send", "--help"], { isTTY: true, columns: 60 })).toBeUndefined();
});

test("a page has bold headings on a terminal, and none without colour", async () => {
  const window = { isTTY: true, columns: 100 };

  expect(await printedFromPage(["send", "-h"], window)).toContain("\u001b[1mUsage:\u001b[22m");
  expect(await printedFromPage(["send", "-h"], window, { NO_COLOR: "1" })).not.toContain("\u001b");
  expect(await printedFromPage(["send", "-h"])).not.toContain("\u001b");
});

test("the program reports that help was not taken, and not that a reader went away", async () => {
  const ended = async (code: string) => {
    const terminal = fakeTerminal();
    const stdout = output({ failure: Object.assign(new Error("refused"), { code }) });
    const open = () => ({ azure: createMemoryCloud().cloud, telemetry: noTelemetry });
    const exitCode = await main(["send", "--help"], { ...terminal, stdout }, open);
    return { exitCode, said: terminal.stderr.text() };
  };

  expect(await ended("ENOSPC")).toEqual({ exitCode: 8, said: expect.stringContaining("(OutputFailed)") });
  expect(await ended("EPIPE")).toEqual({ exitCode: 0, said: "" });
});

test("where the output fails, the program is left to report it", async () => {
  const stdout = output();
  stdout.destroy(Object.assign(new Error("full"), { code: "ENOSPC" }));

  expect(await printHelpPage({ argv: ["node", "xtenant", "--help"], env: {}, stdout }, folder)).toBe(false);
});
