import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Step, stepsIn } from "./pipeline-steps.ts";
import { cleanEnv, jsonLines, openSandbox, program, xtenant } from "./xtenant.ts";

const pipelines = ["examples/github-actions/send/action.yml", "examples/azure-pipelines/deploy.yml"];

let sandbox: Awaited<ReturnType<typeof openSandbox>>;
let folder: string;
let runs = 0;
let job: NodeJS.ProcessEnv;
beforeAll(async () => {
  sandbox = await openSandbox();
  await sandbox.x("onboard", "acme", "--provision");
  await sandbox.x("grant", "acme", "--role", "data-owner", "--wait");
  job = JSON.parse((await xtenant(["sandbox", "env", "--dir", sandbox.folder, "--for", "github", "--json"])).stdout);
  folder = await mkdtemp(join(tmpdir(), "xtenant-pipelines-"));
  await copyFile(join(sandbox.folder, "ca.pem"), join(folder, "ca.pem"));
  const document = JSON.parse(await readFile(sandbox.config, "utf8"));
  document.provider.credential = { kind: "github-actions" };
  await writeFile(join(folder, "xtenant.json"), JSON.stringify(document));
  const wrapper = `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`;
  await writeFile(join(folder, "xtenant"), wrapper, { mode: 0o755 });
}, 60_000);
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/**
 * Text that a shell would run, and that Azure Pipelines or GitHub would read as a command. Acme's worker repeats it.
 */
const hostile = '{"release":"v2; $(rm -rf .) ##vso[task.prependpath]/tmp ##[add-mask]v2"}';

/**
 * Like a runner: `bash -e`, with GitHub's pipefail, the step's variables, and a job's identity, which is the only
 * credential.
 */
async function runStep(file: string, { script }: Step, customer: string, timeout = "1s") {
  runs += 1;
  const shell = file.includes("github") ? ["-eo", "pipefail", "-c", script] : ["-e", "-c", script];
  const env = {
    ...cleanEnv,
    ...job,
    PATH: `${folder}:${process.env.PATH}`,
    XTENANT_CONFIG: join(folder, "xtenant.json"),
    CUSTOMER: customer,
    BODY: hostile,
    RELEASE: hostile,
    MESSAGE_ID: `run-${runs}-${customer}`,
    TIMEOUT: timeout,
    GITHUB_OUTPUT: join(folder, "output"),
    GITHUB_STEP_SUMMARY: join(folder, "summary"),
  };
  return new Promise<{ exitCode: unknown; output: string }>((resolve) =>
    execFile("bash", shell, { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ exitCode: error?.code ?? 0, output: `${stdout}${stderr}` }),
    ),
  );
}

test.each(pipelines)(
  "%s verifies, sends and waits, with the identity of its job and without a secret",
  async (file) => {
    const [install, verify, send, ...more] = await stepsIn(file);
    if (!verify || !send) throw new Error("there are no such steps");

    expect(install?.script).toMatch(/^(?:export LC_ALL=C\n[\s\S]*\n)?npm install --global --ignore-scripts "?xtenant@/);
    expect(more).toEqual([]);
    expect(await runStep(file, verify, "acme")).toMatchObject({ exitCode: 0 });

    const answering = sandbox.tail("respond", "acme", "--max", "1", "--json");
    const answered = await runStep(file, send, "acme", "25s");
    expect(answered).toMatchObject({
      exitCode: 0,
      output: expect.not.stringMatching(/##(?:vso)?\[(?:task.prepend|add-mask)/),
    });
    expect(jsonLines((await answering.nextLine()) ?? "")).toMatchObject([{ outcome: "succeeded" }]);
    await answering.closed;

    const unanswered = await runStep(file, send, "acme", "500ms");
    expect(unanswered).toMatchObject({ exitCode: 9, output: expect.stringMatching(/error.*was sent/) });
    await sandbox.x("respond", "acme", "--once", "--idle", "200ms");
  },
  60_000,
);

test("the action outputs the command's id and its status", async () => {
  const output = (await readFile(join(folder, "output"), "utf8")).trimEnd().split("\n");
  const [, status = "{}"] = /^status=(.+)$/.exec(output[1] ?? "") ?? [];

  expect(output[0]).toMatch(/^message-id=run-\d+-acme$/);
  expect(JSON.parse(status)).toMatchObject({ type: "status", customer: "acme", outcome: "succeeded" });
  // A runner refuses a line without a name, and would accept one of the customer's lines as another output.
  expect(output.filter((line) => !/^(?:message-id|status)=/.test(line))).toEqual([]);
});

test("GitHub's runner reads no output of xtenant as a command", async () => {
  const file = "examples/github-actions/send/action.yml";
  for (const step of (await stepsIn(file)).slice(1)) {
    const { output } = await runStep(file, step, "tailspin");
    const [, token] = /::stop-commands::([0-9a-f]{32})\n/.exec(output) ?? [];

    expect(output.indexOf(`\n::${token}::\n`)).toBeLessThan(output.indexOf("::error"));
    expect(output).toContain(`\n::${token}::\n`);
  }
});

test.each(pipelines)("%s stops at a customer that is not ready, with the exit code of the cause", async (file) => {
  const [, verify, send] = await stepsIn(file);
  if (!verify || !send) throw new Error("there are no such steps");

  expect(await runStep(file, verify, "tailspin")).toMatchObject({
    exitCode: 4,
    output: expect.stringMatching(/error.*tailspin is not ready/),
  });
  expect(await runStep(file, send, "tailspin")).toMatchObject({ exitCode: 4 });
});

test("the daily check reports all customers, and fails while one is not ready", async () => {
  const file = "examples/github-actions/check.yml";
  const [install, look, ...more] = await stepsIn(file);
  if (!look) throw new Error("there is no such step");

  expect(install?.script).toMatch(/^(?:export LC_ALL=C\n[\s\S]*\n)?npm install --global --ignore-scripts xtenant@/);
  expect(more).toEqual([]);
  expect(await runStep(file, look, "")).toMatchObject({
    exitCode: 3,
    output: expect.stringMatching(/::error title=Not every customer is ready/),
  });
  expect(await readFile(join(folder, "summary"), "utf8")).toMatch(
    /\n✗ .*token: [\s\S]*\n {2}names fabrikam, tailspin\n[\s\S]*\n```\n$/,
  );
});

test("a job's summary shows the steps of the chain, line by line", async () => {
  expect(await readFile(join(folder, "summary"), "utf8")).toMatch(/^```text\nacme .*\n {2}✓ config [\s\S]*?\n```\n/);
});
