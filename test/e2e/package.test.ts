import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../../scripts/bundle.ts";
import { openSandbox } from "./xtenant.ts";

const run = promisify(execFile);
let folder: string;
let program: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "xtenant-dist-"));
  program = join(folder, "xtenant.js");
  await bundle(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the built program runs without node_modules beside it", async () => {
  const { stdout } = await run(process.execPath, [program, "help", "exit-codes"], { cwd: folder });

  expect(stdout).toMatch(/130 {2}interrupted/);
});

test("the built program works against a sandbox", async () => {
  await using sandbox = await openSandbox();
  const { stdout } = await run(process.execPath, [
    program,
    "--config",
    sandbox.config,
    "onboard",
    "acme",
    "--provision",
  ]);

  expect(stdout).toMatch(/consented acme/);
});

test("a Node that is too old gets one clear line and exit 2", async () => {
  const pretend = "Object.defineProperty(process.versions, 'node', { value: '20.20.2' })";
  const old = run(process.execPath, [
    "--import",
    `data:text/javascript,${encodeURIComponent(pretend)}`,
    program,
    "--version",
  ]);

  await expect(old).rejects.toMatchObject({
    code: 2,
    stdout: "",
    stderr: "xtenant needs Node 22.19 or newer (24.5 or newer in the 24 line); this is 20.20.2\n",
  });
});
