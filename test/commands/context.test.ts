import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { holdSandboxFolder } from "../../src/lib/config/running-sandbox.ts";
import { backgroundSandboxFolder } from "../../src/lib/config/sandbox-context.ts";
import { noTelemetry } from "../../src/lib/telemetry/telemetry.ts";
import { main } from "../../src/main.ts";
import { configOnDisk } from "../fakes/config-on-disk.ts";
import { threeCustomers } from "../fakes/context.ts";
import { createMemoryCloud } from "../fakes/memory-cloud.ts";
import { fakeTerminal } from "../fakes/terminal.ts";

/** A user with a config of production, and another config in the working directory. */
async function setUp() {
  const disk = await configOnDisk(threeCustomers);
  onTestFinished(() => disk[Symbol.asyncDispose]());
  const production = join(disk.path, "production.json");
  const { acme } = threeCustomers.customers;
  await writeFile(production, JSON.stringify({ ...threeCustomers, customers: { acme } }));
  const run = async (line: string, more: Readonly<Record<string, string>> = {}) => {
    const env = { XDG_CONFIG_HOME: join(disk.path, "user"), ...more };
    const terminal = fakeTerminal({ workingDirectory: disk.path, env });
    const { cloud } = createMemoryCloud();
    const exitCode = await main([...line.split(" "), "--json"], terminal, () => ({
      azure: cloud,
      telemetry: noTelemetry,
    }));
    const printed = terminal.stdout.text().trim().split("\n").filter(Boolean);
    return { exitCode, records: printed.map((text): unknown => JSON.parse(text)), errors: terminal.stderr.text() };
  };
  return { run, production };
}

test("a context is added, used, listed and removed, and is used before the config of the folder", async () => {
  const { run, production } = await setUp();
  expect(await run("context show")).toMatchObject({ records: [{ context: null, customers: 3 }] });

  expect(await run(`context add prod --config ${production}`)).toMatchObject({ exitCode: 0 });
  expect(await run("context add test")).toMatchObject({ exitCode: 0 });
  expect(await run("context use prod")).toMatchObject({ exitCode: 0, records: [{ context: "prod" }] });

  expect(await run("context show")).toMatchObject({ records: [{ context: "prod", config: production, customers: 1 }] });
  expect((await run("customers list")).records).toHaveLength(1);
  expect((await run("context list")).records).toMatchObject([
    { context: "prod", config: production, current: true, protected: false },
    { context: "test", current: false },
  ]);
  expect(await run("context use none")).toMatchObject({ records: [{ context: null }] });
  expect((await run("customers list")).records).toHaveLength(3);
  expect(await run("context remove prod")).toMatchObject({ exitCode: 0 });
  expect((await run("context list")).records).toHaveLength(1);
});

test("--context has priority over all but --config, and the variables over the current context", async () => {
  const { run, production } = await setUp();
  await run(`context add prod --config ${production}`);
  await run("context add all");
  await run("context use all");
  const count = async (line: string, env = {}) => (await run(line, env)).records.length;

  expect(await count("customers list")).toBe(3);
  expect(await count("customers list --context prod")).toBe(1);
  expect(await count("customers list", { XTENANT_CONTEXT: "prod" })).toBe(1);
  expect(await count("customers list", { XTENANT_CONTEXT: "all", XTENANT_CONFIG: production })).toBe(1);
  expect(await count("customers list --context all", { XTENANT_CONFIG: production })).toBe(3);
  expect(await run(`customers list --context all --config ${production}`)).toMatchObject({ exitCode: 2 });
});

test("a protected context must be named before something is changed; reading needs no name", async () => {
  const { run, production } = await setUp();
  await run(`context add prod --config ${production} --protected`);
  await run("context use prod");

  expect(await run("customers list")).toMatchObject({ exitCode: 0 });
  expect(await run("customers remove acme --yes --dry-run")).toMatchObject({ exitCode: 0 });
  expect(await run("customers remove acme --yes")).toMatchObject({
    exitCode: 2,
    errors: expect.stringContaining("ContextProtected"),
  });
  expect((await run("customers list")).records).toHaveLength(1);
  expect(await run("customers remove acme --yes --context prod")).toMatchObject({ exitCode: 0 });
});

test("a context that does not exist, and one that exists already, are refused by name", async () => {
  const { run } = await setUp();
  await run("context add prod");

  expect(await run("context add prod")).toMatchObject({ errors: expect.stringContaining("ContextExists") });
  expect(await run("context add prod --force")).toMatchObject({ exitCode: 0 });
  for (const line of ["context use nobody", "context remove nobody", "customers list --context nobody"])
    expect(await run(line)).toMatchObject({ exitCode: 6, errors: expect.stringContaining("known: prod") });
  expect(await run("context add None")).toMatchObject({ exitCode: 2 });
});

test("the sandbox of a user's own context is not ours, and the sandbox in the background is planned by --dry-run", async () => {
  const { run, production } = await setUp();
  const state = { XDG_STATE_HOME: join(production, "../state") };

  expect(await run("context use sandbox --dry-run", state)).toMatchObject({
    records: [{ context: "sandbox", outcome: "would-use", sandbox: { state: "would-start" } }],
  });
  expect(await run("context list", state)).toMatchObject({ records: [] });
  expect(existsSync(state.XDG_STATE_HOME)).toBe(false);

  await run(`context add sandbox --config ${production}`);
  expect((await run("context use sandbox", state)).records).toEqual([{ context: "sandbox", outcome: "used" }]);
  expect(await run("customers list", state)).toMatchObject({ records: [{ customer: "acme" }] });
});

test("the state of a sandbox that has stopped, or was deleted, is named", async () => {
  const { run, production } = await setUp();
  const state = { XDG_STATE_HOME: join(production, "../state") };
  const folder = backgroundSandboxFolder(state);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "xtenant.json"), await readFile(production));
  await run(`context add sandbox --config ${join(folder, "xtenant.json")}`);
  await run(`context add prod --config ${production}`);
  await (await holdSandboxFolder(folder))[Symbol.asyncDispose]();

  expect((await run("context list", state)).records).toMatchObject([{ context: "sandbox", sandbox: "stopped" }, {}]);
  await run("context use prod", state);
  expect((await run("context list", state)).records[1]).toEqual({
    context: "prod",
    config: production,
    current: true,
    protected: false,
  });

  const held = await holdSandboxFolder(folder);
  expect((await run("context remove sandbox", state)).records).toEqual([{ context: "sandbox", sandbox: "running" }]);
  await held[Symbol.asyncDispose]();
  expect((await run(`context add sandbox --config ${join(folder, "xtenant.json")}`)).exitCode).toBe(0);

  expect(await run("sandbox stop --delete", state)).toMatchObject({
    records: [{ outcome: "not-running", deleted: true }],
  });
  expect(existsSync(folder)).toBe(false);
  expect((await run("context list", state)).records).toHaveLength(1);
  await run(`context add sandbox --config ${production}`);
  expect(await run("sandbox stop --delete --dir .", state)).toMatchObject({ exitCode: 2 });
  expect((await run("context list", state)).records).toHaveLength(2);
});

test("a context whose sandbox was removed by hand names the command that starts it", async () => {
  const { run, production } = await setUp();
  const state = { XDG_STATE_HOME: join(production, "../state") };
  await mkdir(backgroundSandboxFolder(state), { recursive: true });
  const config = join(backgroundSandboxFolder(state), "xtenant.json");
  await writeFile(config, await readFile(production));
  await run(`context add sandbox --config ${config}`);
  await rm(config);

  const { exitCode, errors } = await run("customers list --context sandbox", state);

  expect(exitCode).toBe(8);
  expect(errors).toContain("SandboxStopped");
  expect(errors).toContain("xtenant context use sandbox");
});

test("a variable that has priority over the context is named", async () => {
  const { run, production } = await setUp();

  expect(await run("context use none", { XTENANT_CONFIG: production })).toMatchObject({
    errors: expect.stringContaining("XTENANT_CONFIG is set, and has priority"),
  });
});

test("a state folder that cannot be written is named", async () => {
  const { run, production } = await setUp();

  expect(await run("context use sandbox", { XDG_STATE_HOME: production })).toMatchObject({
    exitCode: 2,
    errors: expect.stringContaining(`cannot write ${join(production, "xtenant/sandbox")}`),
  });
});
