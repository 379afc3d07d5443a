import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { jsonLines, xtenant } from "./xtenant.ts";

/** A newcomer, who has no config and no variables. */
async function newcomer() {
  const home = await mkdtemp(join(tmpdir(), "xtenant-newcomer-"));
  const env = { HOME: home, XDG_CONFIG_HOME: undefined, XDG_STATE_HOME: undefined, XDG_CACHE_HOME: undefined };
  const run = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await xtenant(["--json", ...args], { cwd: home, env });
    return { exitCode, records: jsonLines(stdout), errors: stderr };
  };
  const folder = join(home, ".local/state/xtenant/sandbox");
  const pid = async () => JSON.parse(await readFile(join(folder, "running.json"), "utf8")).pid as number;
  onTestFinished(async () => {
    await run("sandbox", "stop");
    // A process that ends saves its compiled code.
    await rm(home, { recursive: true, force: true, maxRetries: 10 });
  });
  return { run, folder, pid };
}

test("`context use sandbox` starts a sandbox in the background with customers and messages, again after its end", {
  timeout: 120_000,
}, async () => {
  const { run, folder, pid } = await newcomer();

  const first = await run("context", "use", "sandbox");
  const port = expect.any(Number);
  const seeded = expect.arrayContaining([expect.stringContaining("xtenant respond acme")]);
  const used = { context: "sandbox", outcome: "used", sandbox: { state: "started", port, folder, seeded } };
  expect(first).toEqual({ exitCode: 0, records: [used], errors: expect.any(String) });
  expect((await run("poll", "acme")).records).toMatchObject([
    { customer: "acme", body: expect.stringContaining("v2") },
  ]);

  expect(await run("customers", "remove", "tailspin", "--yes")).toMatchObject({ exitCode: 0 });

  process.kill(await pid(), "SIGKILL");
  await expect.poll(async () => (await run("context", "show")).records).toMatchObject([{ sandbox: "stopped" }]);
  expect(await run("send", "acme", "hi")).toMatchObject({
    exitCode: 8,
    errors: expect.stringMatching(/SandboxStopped.*xtenant context use sandbox/s),
  });

  expect((await run("context", "use", "sandbox")).records).toMatchObject([
    { sandbox: { state: "started", seeded: [] } },
  ]);
  expect((await run("context", "use", "sandbox")).records).toMatchObject([{ sandbox: { state: "running" } }]);
  expect((await run("customers", "list")).records).toMatchObject([{ customer: "acme" }, { customer: "fabrikam" }]);
  expect((await run("audit", "show", "--customer", "tailspin")).records).toContainEqual(
    expect.objectContaining({ audit: "result", customer: "tailspin" }),
  );

  expect((await run("sandbox", "stop", "--delete")).records).toMatchObject([{ outcome: "stopped", deleted: true }]);
  expect(existsSync(folder)).toBe(false);
});
