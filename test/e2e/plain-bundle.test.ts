import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { bundleProgram } from "../../scripts/bundle.ts";
import { cleanEnv } from "./xtenant.ts";

test("the bundle without start-up measures prints its version and runs the demo", async () => {
  const folder = await mkdtemp(join(tmpdir(), "xtenant-plain-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const program = join(folder, "dist/xtenant.js");
  await bundleProgram(join(folder, "dist"), { plain: true });
  await mkdir(join(folder, "node_modules"));
  await symlink(join(import.meta.dirname, "../../sandbox"), join(folder, "node_modules/xtenant-sandbox"));

  const { stdout } = await promisify(execFile)(process.execPath, [program, "--version"], { env: cleanEnv });
  const child = spawn(process.execPath, [program, "demo", "--json"], { cwd: folder, env: cleanEnv });
  const closed = once(child, "close");
  const steps: unknown[] = [];
  for await (const line of createInterface(child.stdout)) {
    steps.push(JSON.parse(line));
    // These steps start the program several times, and use HTTP and AMQP.
    if (steps.length === 5) child.kill("SIGINT");
  }
  await closed;

  expect(stdout).toMatch(/^\d+\.\d+\.\d+/);
  expect(steps.slice(0, 5)).toMatchObject(Array.from({ length: 5 }, () => ({ ok: true })));
}, 60_000);
