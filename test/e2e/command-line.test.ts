import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleProgram } from "../../scripts/bundle.ts";
import { background, jsonLines, launch, openSandbox, program, xtenant } from "./xtenant.ts";

let sandbox: Awaited<ReturnType<typeof openSandbox>>;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "xtenant-e2e-"));
  sandbox = await openSandbox();
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test("a wrong word, option or argument ends with 2 before anything is read or sent", async () => {
  const wrong = [
    ["sned", "acme"],
    ["send", "acme", "hi", "--bogus"],
    ["send", "ACME", "hi"],
    ["poll", "--max", "none"],
    ["send"],
  ];
  for (const args of wrong) {
    const { exitCode, stdout, stderr } = await xtenant(args, { cwd: folder });

    expect({ args, exitCode, stdout }).toEqual({ args, exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toMatch(/^\s+at /m);
  }
});

test("under --json an error is one line of JSON on stderr, for wrong options too", async () => {
  for (const args of [
    ["send", "--json"],
    ["--json", "poll", "--bogus"],
    ["verify", "--json"],
  ]) {
    const { exitCode, stderr } = await xtenant(args, { cwd: folder });

    expect(exitCode).toBe(2);
    expect(jsonLines(stderr)).toMatchObject([
      { error: { kind: "usage", hint: expect.any(String), actor: "operator", retryable: false } },
    ]);
  }
});

test("an unknown customer ends with 6 and lists the known ones", async () => {
  const { exitCode, stderr } = await sandbox.x("send", "nobody", "hi");

  expect(exitCode).toBe(6);
  expect(stderr).toMatch(/acme, fabrikam, tailspin/);
});

test("a config that is not valid ends with 2 and names the file, the path and the expected value", async () => {
  const file = join(folder, "broken.json");
  await writeFile(file, JSON.stringify({ provider: { tenantId: "x", clientId: "y" }, customer: {} }));
  const { exitCode, stderr } = await xtenant(["--config", file, "verify"]);

  expect(exitCode).toBe(2);
  for (const said of [file, "provider.tenantId", "a GUID", "customer: unknown key"]) expect(stderr).toContain(said);
});

test("without an argument, --file or input there is no body to send: exit 2", async () => {
  const { exitCode, stderr } = await sandbox.x("send", "acme");

  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/standard input was empty/);
});

test("an unreachable cloud ends with 8, without a stack trace", async () => {
  const gone = await openSandbox();
  const config = join(gone.folder, "xtenant.json");
  await gone.stop();
  const { exitCode, stderr } = await xtenant(["--config", config, "send", "acme", "hi"]);
  await rm(gone.folder, { recursive: true });

  expect(exitCode).toBe(8);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test("a closed pipe ends the program quietly with 0", async () => {
  const child = launch(["--config", sandbox.config, "verify"]);
  const stderr: string[] = [];
  child.stderr.on("data", (chunk) => stderr.push(String(chunk)));
  child.stdout.destroy();
  const exitCode = await new Promise((resolve) => child.once("close", resolve));

  expect({ exitCode, stderr: stderr.join("") }).toEqual({ exitCode: 0, stderr: "" });
});

test("`| head -1` gets one line", async () => {
  const line = `set -o pipefail; '${process.execPath}' '${program}' help exit-codes | head -1`;
  const { stdout, stderr } = await promisify(execFile)("bash", ["-c", line]);

  expect({ stdout, stderr }).toEqual({ stdout: "  0  done         done, or nothing to do\n", stderr: "" });
});

test("help exit-codes prints the table, and --json its data", async () => {
  const { exitCode, stdout } = await xtenant(["help", "exit-codes", "--json"]);

  expect(exitCode).toBe(0);
  expect(jsonLines(stdout)[0]).toMatchObject({
    exitCodes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 130].map((code) => ({ code })),
  });
});

test("init writes a config once, refuses to replace it, and asks no question without a terminal", async () => {
  const tenant = "11111111-1111-4111-8111-111111111111";
  const cwd = await mkdtemp(join(folder, "init-"));
  const args = [
    "init",
    "--tenant",
    tenant,
    "--client-id",
    tenant,
    "--credential",
    "secret",
    "--credential-file",
    "provider.secret",
  ];

  const first = await xtenant(args, { cwd });
  const second = await xtenant(args, { cwd });
  const unanswered = await xtenant(["init", "--out", "other.json"], { cwd });
  const { mode } = await stat(join(cwd, "xtenant.json"));

  expect([first.exitCode, second.exitCode, unanswered.exitCode]).toEqual([0, 7, 2]);
  expect(JSON.parse(await readFile(join(cwd, "xtenant.json"), "utf8"))).toMatchObject({
    $schema: expect.stringMatching(/xtenant\.schema\.json$/),
    cloud: "public",
    provider: { tenantId: tenant, credential: { kind: "secret", secretFile: "provider.secret" } },
  });
  expect(mode & 0o777).toBe(0o600);
  expect(unanswered.stderr).toMatch(/--tenant is missing, and there is no terminal/);
});

test("customers are added by domain or id, listed, shown and removed; a name is taken once", async () => {
  const config = join(folder, "customers.json");
  const document = JSON.parse(await readFile(sandbox.config, "utf8"));
  document.cloud.caFile = join(sandbox.folder, "ca.pem");
  delete document.customers.tailspin;
  await writeFile(config, JSON.stringify(document));
  const x = (...args: readonly string[]) => xtenant(["--config", config, "customers", ...args]);
  const add = [
    "add",
    "tailspin",
    "--tenant",
    "tailspin.example",
    "--namespace",
    "tailspin-bus.servicebus.localhost",
    "-t",
    "region=ap",
  ];

  const added = await x(...add, "--json");
  const again = await x(...add);
  const nowhere = await x(
    "add",
    "nowhere",
    "--tenant",
    "nowhere.example",
    "--namespace",
    "nowhere-bus.servicebus.localhost",
  );
  const taken = await x("add", "other", "--tenant", "acme.example", "--namespace", "acme-bus.servicebus.localhost");
  const shown = await x("show", "tailspin", "--json");
  const removed = await x("remove", "tailspin");
  const listed = await x("list", "--json");

  expect([added, again, nowhere, taken, shown, removed, listed].map(({ exitCode }) => exitCode)).toEqual([
    0, 7, 4, 2, 0, 0, 0,
  ]);
  expect(jsonLines(added.stdout)).toMatchObject([
    { customer: "tailspin", tenantId: expect.stringMatching(/^[0-9a-f-]{36}$/), tags: { region: "ap" } },
  ]);
  expect(jsonLines(shown.stdout)).toEqual(jsonLines(added.stdout));
  expect(taken.stderr).toMatch(/customers\.other\.commandQueue: expected a queue of its own/);
  expect(jsonLines(listed.stdout).map(({ customer }) => customer)).toEqual(["acme", "fabrikam"]);
});

test("colour is for terminals: never in a pipe, unless FORCE_COLOR asks, and never with --no-color", async () => {
  const colour = "\u001b[";
  const args = ["--config", sandbox.config, "customers", "list"];

  expect((await xtenant(args)).stdout).not.toContain(colour);
  expect((await xtenant(args, { env: { FORCE_COLOR: "1" } })).stdout).toContain(colour);
  expect((await xtenant([...args, "--no-color"], { env: { FORCE_COLOR: "1" } })).stdout).not.toContain(colour);
  expect((await xtenant(args, { env: { FORCE_COLOR: "0" } })).stdout).not.toContain(colour);
});

test("XTENANT_CONFIG names the config, and the working directory is searched upward", async () => {
  const byVariable = await xtenant(["customers", "list"], { cwd: folder, env: { XTENANT_CONFIG: sandbox.config } });
  const upward = await xtenant(["customers", "list"], { cwd: join(sandbox.folder, "secrets") });

  expect([byVariable.exitCode, upward.exitCode]).toEqual([0, 0]);
  expect(byVariable.stdout).toBe(upward.stdout);
});

test("--quiet prints no progress, --verbose names the identity, and neither changes stdout", async () => {
  const plain = await sandbox.x("onboard", "tailspin", "--timeout", "1500ms");
  const quiet = await sandbox.x("onboard", "tailspin", "--timeout", "1500ms", "--quiet");
  const verbose = await sandbox.x("onboard", "tailspin", "--timeout", "1500ms", "--verbose");

  expect(plain.stderr).toMatch(/^waiting/m);
  expect(quiet.stderr).not.toMatch(/^waiting/m);
  expect(verbose.stderr).toMatch(
    /identity: the provider's app [0-9a-f-]{36} in tenant [0-9a-f-]{36}, by managed-identity/,
  );
  expect(quiet.stdout.split("state=")[0]).toBe(plain.stdout.split("state=")[0]);
});

test("Ctrl-C ends a command that waits for a service without an answer", async () => {
  await using silent = await silentService();
  const document = JSON.parse(await readFile(sandbox.config, "utf8"));
  document.cloud.authorityHost = `https://localhost:${silent.port}`;
  document.provider.credential = { kind: "secret", secretFile: join(sandbox.folder, "secrets/provider") };
  document.cloud.caFile = join(sandbox.folder, "ca.pem");
  const config = join(folder, "silent.json");
  await writeFile(config, JSON.stringify(document));
  const sending = background(["--config", config, "send", "acme", "hi"]);
  await silent.reached;

  expect(await sending.signal("SIGINT")).toEqual({ exitCode: 130, stderr: "" });
});

/** Accepts connections and sends nothing. */
async function silentService() {
  const server = createServer();
  const sockets: Socket[] = [];
  const reached = once(server, "connection");
  server.on("connection", (socket) => sockets.push(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port, reached, [Symbol.asyncDispose]: close };
}

test("Ctrl-C while waiting ends with 130", async () => {
  const waiting = sandbox.tail("onboard", "tailspin");
  await waiting.nextLine();

  expect(await waiting.signal("SIGINT")).toMatchObject({ exitCode: 130 });
});

test("help, version and usage errors load no SDK, no schema library and no sandbox", async () => {
  const modules = await bundleProgram(join(folder, "dist"));
  const heavy = /node_modules\/(?:@azure|rhea|@microsoft|zod|hono|inquirer)\b|xtenant-sandbox|\/sandbox\//;
  const heavyOf = async (args: readonly string[]) =>
    (await loadedBy(args)).flatMap((file) => modules.get(basename(file)) ?? [file]).filter((file) => heavy.test(file));

  const completing = ["__complete", "--", "--config", sandbox.config, "customers", "show", ""];
  const lines = [["--help"], ["--version"], ["send", "--help"], ["help", "exit-codes"], ["bogus"], completing];
  for (const args of lines) expect({ args, heavy: await heavyOf(args) }).toEqual({ args, heavy: [] });

  expect(await heavyOf(["--config", sandbox.config, "customers", "list"])).not.toEqual([]);
});

test("help of every command, and the version, are printed without loading the program", async () => {
  const built = async (...args: string[]) => (await loadedBy(args)).filter((file) => file.includes("/dist/"));
  const all = await built("help", "send");

  expect(all.some((file) => /\/start-[^/]+$/.test(file))).toBe(true);
  for (const args of [["--version"], [], ["send", "--help"], ["app", "credential", "add", "-h"]])
    expect((await built(...args)).map((file) => basename(file).replace(/-.*/, ""))).not.toContain("start");
  expect(await xtenant(["send", "--help"])).toEqual(await xtenant(["--no-color", "send", "--help"]));
});

test("the link for a customer is printed without loading what onboards, sends or receives", async () => {
  const files = await loadedBy(["--config", sandbox.config, "onboard", "acme", "--url"]);
  const names = files.filter((file) => file.includes("/dist/")).map((file) => basename(file));

  expect(names).toContainEqual(expect.stringMatching(/^config-/));
  expect(names.filter((name) => /^(?:shared|onboard-steps|azure-services)-/.test(name))).toEqual([]);
});

test("help ends with 0 when its reader goes away, and with an error when the disk is full", async () => {
  for (const line of ["send --help", "--no-color send --help"]) {
    // The reader is gone before the first byte: a page fits into the pipe.
    expect(await inShell(`${line} | true`)).toMatchObject({ exitCode: 0, stderr: "" });
    const full = await inShell(`${line} > /dev/full`);
    expect(full).toMatchObject({ exitCode: 8, stderr: expect.stringContaining("standard output cannot be written") });
  }
});

const inShell = async (line: string) => {
  const child = promisify(execFile)("bash", ["-c", `set -o pipefail; "$0" "$1" ${line}`, process.execPath, program]);
  return child.then(
    ({ stdout, stderr }) => ({ stdout, stderr, exitCode: 0 }),
    ({ stdout, stderr, code }) => ({ stdout, stderr, exitCode: code }),
  );
};

/** The scripts that a run loads, from Node's own coverage. */
async function loadedBy(args: readonly string[]): Promise<readonly string[]> {
  const coverage = await mkdtemp(join(folder, "coverage-"));
  await xtenant(args, { env: { NODE_V8_COVERAGE: coverage } });
  const [file = ""] = await readdir(coverage);
  const { result }: { result: { url: string }[] } = JSON.parse(await readFile(join(coverage, file), "utf8"));
  return result.map(({ url }) => url);
}

test("a wrong word, option, topic or customer is answered with the nearest match", async () => {
  const expected = [
    [["sned", "acme"], "send"],
    [["send", "acme", "--fil", "x"], "--file"],
    [["customers", "shwo"], "show"],
    [["help", "exit-code"], "exit-codes"],
    [["customers", "show", "acem"], "acme"],
  ] as const;
  for (const [args, word] of expected) {
    const { stderr } = await sandbox.x(...args);

    expect(stderr.toLowerCase()).toContain(`did you mean ${word}?`);
  }
});

test("every topic of help is data under --json", async () => {
  const [environment, config, json] = await Promise.all(
    ["environment", "config", "json"].map(
      async (topic) => jsonLines((await xtenant(["help", topic, "--json"])).stdout)[0],
    ),
  );

  expect(environment).toMatchObject({
    topic: "environment",
    variables: expect.arrayContaining([{ name: "CI", does: expect.any(String) }]),
  });
  expect(config).toMatchObject({
    keys: expect.arrayContaining([expect.objectContaining({ path: "provider.tenantId", required: true })]),
  });
  expect(json).toMatchObject({ error: { code: expect.any(String) } });
});
