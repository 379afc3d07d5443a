import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  findRunningSandbox,
  holdSandboxFolder,
  isSandboxRunning,
  requireRunningSandbox,
  stopRunningSandbox,
} from "../../../src/lib/config/running-sandbox.ts";
import { backgroundSandboxFolder } from "../../../src/lib/config/sandbox-context.ts";
import { openFolder } from "../../fakes/folder.ts";

const source = join(import.meta.dirname, "../../../src/lib/config/running-sandbox.ts");

async function setUp() {
  const folder = await openFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  /** A process of its own that holds the folder as a sandbox does, until it is ended. */
  const start = async (whenAsked = "process.exit()") => {
    const script = `
      const { holdSandboxFolder } = await import(${JSON.stringify(source)});
      const held = await holdSandboxFolder(${JSON.stringify(folder.path)});
      process.on("SIGTERM", () => { ${whenAsked} });
      setInterval(() => {}, 1_000_000);
      await held.announce(1234);
      console.log("ready");`;
    const child = spawn(process.execPath, ["--no-warnings", "--input-type=module", "-e", script]);
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child.stdout, "data");
    return { child, ended: once(child, "exit") };
  };
  return { folder: folder.path, start };
}

test("a sandbox that runs is found with its process and port, and only one runs in a folder", async () => {
  const { folder, start } = await setUp();
  expect(await isSandboxRunning(folder)).toBeUndefined();

  const { child } = await start();

  expect(await isSandboxRunning(folder)).toBe(true);
  expect(await findRunningSandbox(folder)).toEqual({ pid: child.pid, port: 1234 });
  await expect(holdSandboxFolder(folder)).rejects.toMatchObject({ code: "SandboxRunning", kind: "conflict" });
});

test("a sandbox that was killed is not taken for a running one, whatever has its process id now", async () => {
  const { folder, start } = await setUp();
  const { child, ended } = await start();
  child.kill("SIGKILL");
  await ended;
  const bystander = spawn("sleep", ["1000"]);
  onTestFinished(() => void bystander.kill("SIGKILL"));
  await writeFile(join(folder, "running.json"), JSON.stringify({ pid: bystander.pid, port: 1234 }));

  expect(await isSandboxRunning(folder)).toBe(false);
  expect(await findRunningSandbox(folder)).toBeUndefined();
  expect(await stopRunningSandbox(folder)).toBe(false);
  expect(bystander.signalCode).toBeNull();

  await using held = await holdSandboxFolder(folder);
  expect(existsSync(join(folder, "running.json"))).toBe(false);
  await held.announce(5678);
  expect(JSON.parse(await readFile(join(folder, "running.json"), "utf8"))).toMatchObject({ port: 5678 });
});

test("a sandbox is stopped, and its end is waited for", async () => {
  const { folder, start } = await setUp();
  const { ended } = await start();

  expect(await stopRunningSandbox(folder)).toBe(true);

  expect(await isSandboxRunning(folder)).toBe(false);
  expect(await ended).toEqual([0, null]);
  expect(await stopRunningSandbox(folder)).toBe(false);
});

test("a sandbox that does not hear is killed", async () => {
  const { folder, start } = await setUp();
  const { ended } = await start("");

  expect(await stopRunningSandbox(folder, 200)).toBe(true);

  expect(await ended).toEqual([null, "SIGKILL"]);
});

test("what needs a sandbox that does not run is refused, by the one who starts it", async () => {
  const { folder: state } = await setUp();
  const env = { XDG_STATE_HOME: state };
  const background = backgroundSandboxFolder(env);
  const another = join(state, "another");
  for (const folder of [background, another]) {
    await mkdir(folder, { recursive: true });
    await expect(requireRunningSandbox(folder, env)).resolves.toBeUndefined();
    await using _ = await holdSandboxFolder(folder);
    await expect(requireRunningSandbox(folder, env)).resolves.toBeUndefined();
  }

  await expect(requireRunningSandbox(background, env)).rejects.toMatchObject({ code: "SandboxStopped" });
  await expect(requireRunningSandbox(another, env)).rejects.toMatchObject({
    code: "SandboxNotRunning",
    params: { folder: another },
  });
});

test("nothing is known of a copy of the folder of a sandbox", async () => {
  const { folder } = await setUp();
  const [original, copy] = [join(folder, "original"), join(folder, "copy")];
  await mkdir(original);
  await using _ = await holdSandboxFolder(original);
  await cp(original, copy, { recursive: true });

  expect(await isSandboxRunning(original)).toBe(true);
  expect(await isSandboxRunning(copy)).toBeUndefined();
});
