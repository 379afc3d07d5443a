import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { openFolder } from "./folder.ts";

const program = join(import.meta.dirname, "../bin/xtenant-sandbox.ts");
const run = (...args: readonly string[]) => promisify(execFile)(process.execPath, [program, ...args]);

test("--help lists every option, and --version prints the version", async () => {
  const { stdout: help } = await run("--help");
  const { stdout: version } = await run("--version");

  for (const option of ["dir", "port", "role-delay", "data", "customers", "scenario", "proxy", "verbose"])
    expect(help).toContain(`--${option}`);
  expect(version).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  [["--port", "0"], "--dir is required"],
  [["--dir", "/nowhere", "--port", "x"], "--port is a number from 0 to 65535, not 'x'"],
  [["--dir", "/nowhere", "--customers", "5001"], "--customers is a number from 0 to 5000, not '5001'"],
  [["--unknown"], "Unknown option '--unknown'"],
  [["--dir", "/nowhere", "--scenario", "/nowhere/scenario.json"], "ENOENT"],
])("%j is a usage error with one line and exit code 2", async (args, message) => {
  const refused: unknown = await run(...args).catch((error: unknown) => error);

  expect(refused).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(/^xtenant-sandbox: .*\n$/),
  });
  expect(refused).toMatchObject({ stderr: expect.stringContaining(message) });
});

test("it prints one line when it is ready, and closes when it is interrupted", async () => {
  await using folder = await openFolder();
  const child = spawn(process.execPath, [program, "--dir", folder.path], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  const { value } = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
  child.kill("SIGINT");

  expect(value).toMatch(/^ready on https:\/\/localhost:\d+; config: .*xtenant\.json$/);
  expect(await closed).toEqual([0, null]);
});
