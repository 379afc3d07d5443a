import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { trust } from "../../sandbox/test/sandbox-process.ts";
import { commandDefinitions } from "../../scripts/generated-docs.ts";
import type { Example } from "../../src/cli/command/define-command.ts";
import { topics } from "../../src/commands/help.ts";
import { createAzureServices } from "../../src/lib/azure/azure-services.ts";
import { noTelemetry } from "../../src/lib/telemetry/telemetry.ts";
import { main } from "../../src/main.ts";
import { fakeTerminal } from "../fakes/terminal.ts";
import { cleanEnv, openSandbox, program } from "./xtenant.ts";

const taught = (await commandDefinitions()).map(({ typed, definition }) => ({ typed, ...definition }));

/** The state that an example needs, as lines that run first. The key is the beginning of the example's line. */
const before: Readonly<Record<string, string>> = {
  "xtenant app create --use": "xtenant customers remove --all --yes",
  "xtenant customers add": "xtenant customers remove tailspin",
  "xtenant customers import": "xtenant customers remove tailspin",
  "xtenant respond acme": 'xtenant send acme \'{"deploy":"v2"}\'',
};

/** Separate tests run these. */
const elsewhere = new Map([
  ["xtenant browse", "test/e2e/browse.test.ts"],
  ["xtenant browse --allow-changes", "test/e2e/browse.test.ts"],
  ["xtenant browse acme", "test/e2e/browse.test.ts"],
  ["xtenant context use sandbox", "test/e2e/background-sandbox.test.ts"],
  ["xtenant demo", "test/e2e/demo.test.ts"],
  ["xtenant demo --step", "test/e2e/demo.test.ts"],
  ["xtenant demo --json", "test/e2e/demo.test.ts"],
]);

let sandbox: Awaited<ReturnType<typeof openSandbox>>;
let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "xtenant-examples-"));
  await mkdir(join(scratch, "bin"));
  const wrapper = `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`;
  await writeFile(join(scratch, "bin/xtenant"), wrapper, { mode: 0o755 });
  sandbox = await openSandbox("--proxy");
  await sandbox.x("onboard", "--all", "--provision");
  // Some examples move messages of both queues.
  await sandbox.x("grant", "--all", "--role", "data-owner");
  await trust(join(sandbox.folder, "ca.pem"));
  process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST = JSON.parse(
    await readFile(sandbox.config, "utf8"),
  ).cloud.managedIdentityEndpoint;
}, 60_000);
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await rm(scratch, { recursive: true, force: true });
});

test("every command has two or three examples", () => {
  const few = taught.filter(({ examples }) => examples.length < 2 || examples.length > 4).map(({ typed }) => typed);

  expect(few).toEqual([]);
});

test("every further reading exists", () => {
  const there = [...taught.map(({ typed }) => typed), ...[...topics.keys()].map((topic) => `xtenant help ${topic}`)];
  const named = taught.flatMap(({ seeAlso = [] }) => seeAlso.map((words) => `xtenant ${words}`));

  expect(named.filter((words) => !there.includes(words))).toEqual([]);
});

const examples = new Map(taught.flatMap((one) => one.examples).map((example) => [example.line, example]));
const inUnixShells = [...examples.values()].filter(({ line, shell }) => !elsewhere.has(line) && shell === undefined);

test.each(inUnixShells)("$line", async (example) => {
  const cwd = await folderOfAnOperator();
  for (const [beginning, line] of Object.entries(before))
    if (example.line.startsWith(beginning)) expect(await run(line, cwd)).toMatchObject({ exitCode: 0 });

  const { exitCode, stderr } = await (example.goesOn ? untilItSpeaks : run)(onSandbox(example), cwd);

  expect({ exitCode, stderr }).toEqual({
    exitCode: example.goesOn ? 130 : (example.exitCode ?? 0),
    stderr: expect.any(String),
  });
  // Later examples need tailspin again.
  if (example.line.includes("offboard tailspin --yes"))
    expect(
      await run(
        "xtenant onboard tailspin --provision --grant --role data-owner --round-trip 0s",
        await folderOfAnOperator(),
      ),
    ).toMatchObject({
      exitCode: 0,
    });
});

/** Examples use Azure's own host names. */
const onSandbox = ({ line }: Example) => line.replaceAll("servicebus.windows.net", "servicebus.localhost");

const settingsOfSample = JSON.stringify({
  Values: {
    ClientId: "22222222-2222-4222-8222-222222222222",
    ProviderTenantId: "11111111-1111-4111-8111-111111111111",
    CustomerTenantId: "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
    ServiceBusNamespace: "acme-bus.servicebus.windows.net",
    DeploymentCommandQueueName: "commands",
    DeploymentStatusQueueName: "statuses",
  },
});

/** The sandbox's config and secrets, which a line may change, and the files that examples mention. */
async function folderOfAnOperator(): Promise<string> {
  const cwd = await mkdtemp(join(scratch, "cwd-"));
  await cp(sandbox.folder, cwd, { recursive: true });
  await cp(sandbox.folder, join(cwd, "sandbox"), { recursive: true });
  for (const folder of [".zfunc", ".config/fish/completions"]) await mkdir(join(cwd, folder), { recursive: true });
  const listed = "tailspin,tailspin.example,tailspin-bus.servicebus.localhost";
  await writeFile(join(cwd, "customers.csv"), `name,domain,namespace\n${listed}\n`);
  await writeFile(join(cwd, "local.settings.json"), settingsOfSample);
  for (const program of ["deploy.sh", "handle.sh"])
    await writeFile(join(cwd, program), "#!/bin/sh\ncat\n", { mode: 0o755 });
  return cwd;
}

const envIn = (cwd: string) => ({
  ...cleanEnv,
  HOME: cwd,
  // In this process, the home folder is that of the person who runs the tests.
  XDG_CONFIG_HOME: join(cwd, ".config"),
  XDG_CACHE_HOME: scratch,
  PATH: `${join(scratch, "bin")}:${process.env.PATH}`,
});

/** A line that the shell only splits into words, and that starts no program, runs in this process: four times faster. */
const run = (line: string, cwd: string) =>
  (/^xtenant (?!.* --(?:exec)? )[^|&;<>()$`\n]+$/.test(line) ? inProcess : shell)(line, cwd);

async function inProcess(line: string, cwd: string) {
  const split = await promisify(execFile)("bash", ["-c", line.replace("xtenant", "printf '%s\\0'")], { cwd });
  const env = envIn(cwd);
  const terminal = { ...fakeTerminal({ env, workingDirectory: cwd }), self: [process.execPath, program] as const };
  const exitCode = await main(split.stdout.split("\0").slice(0, -1), terminal, (config, { log }) => ({
    azure: createAzureServices(() => config.read(), { env, log }),
    telemetry: noTelemetry,
  }));
  return { exitCode, stdout: terminal.stdout.text(), stderr: terminal.stderr.text() };
}

const start = (line: string, cwd: string) =>
  spawn("bash", ["-c", line], { cwd, env: envIn(cwd), stdio: ["ignore", "pipe", "pipe"] });

async function shell(line: string, cwd: string) {
  const child = start(line, cwd);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { exitCode, stdout, stderr };
}

/** Interrupted after its first output. */
async function untilItSpeaks(line: string, cwd: string) {
  const child = start(`exec ${line}`, cwd);
  const stderr = text(child.stderr);
  await once(child.stdout, "data");
  child.kill("SIGINT");
  const [exitCode] = await once(child, "close");
  return { exitCode, stderr: await stderr };
}
