import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, test } from "vitest";
import { buildExecutable, noExecutable } from "../../scripts/executable.ts";
import { cleanEnv } from "./xtenant.ts";

const why = noExecutable();
const folder = await mkdtemp(join(tmpdir(), "xtenant-executable-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

test.skipIf(why)(
  `${why ? `(skipped: ${why}) ` : ""}the single executable starts the demo without Node on the path`,
  async () => {
    const file = join(folder, "xtenant");
    await buildExecutable(file);
    const child = spawn(file, ["demo", "--json"], { cwd: folder, env: { ...cleanEnv, PATH: "/nowhere" } });
    const closed = once(child, "close");
    const steps: unknown[] = [];
    for await (const line of createInterface(child.stdout)) {
      steps.push(JSON.parse(line));
      // By then it has started itself, used HTTP and AMQP, and been refused.
      if (steps.length === 5) child.kill("SIGINT");
    }

    expect(steps.slice(0, 5)).toMatchObject(Array.from({ length: 5 }, () => ({ ok: true })));
    expect(await closed).toEqual([130, null]);
  },
  60_000,
);
