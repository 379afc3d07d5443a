import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commandDefinitions } from "../../scripts/generated-docs.ts";
import type { Example } from "../../src/cli/command/define-command.ts";
import { topics } from "../../src/commands/help.ts";
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
    if (example.line.startsWith(beginning)) expect(await shell(line, cwd)).toMatchObject({ exitCode: 0 });

  const { exitCode, stderr } = await (example.goesOn ? untilItSpeaks : shell)(onSandbox(example), cwd);

  expect({ exitCode, stderr }).toEqual({
    exitCode: example.goesOn ? 130 : (example.exitCode ?? 0),
    stderr: expect.any(String),
  });
  // Later examples need tailspin again.
  if (example.line.includes("offboard tailspin --yes"))
    expect(
      await shell(
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

const start = (line: string, cwd: string) =>
  spawn("bash", ["-c", line], {
    cwd,
    env: { ...cleanEnv, HOME: cwd, XDG_CACHE_HOME: scratch, PATH: `${join(scratch, "bin")}:${process.env.PATH}` },
    stdio: ["ignore", "pipe", "pipe"],
  });

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
