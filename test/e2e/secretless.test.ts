import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jsonLines, openSandbox, xtenant } from "./xtenant.ts";

let sandbox: Awaited<ReturnType<typeof openSandbox>>;
/**
 * The files of the provider's operator or job: a config without a secret, and the authority. The sandbox's own folder
 * has more.
 */
let folder: string;
let job: NodeJS.ProcessEnv;

beforeAll(async () => {
  sandbox = await openSandbox();
  await sandbox.x("onboard", "acme", "--provision");
  await sandbox.x("grant", "acme", "--role", "data-owner", "--wait");
  folder = await mkdtemp(join(tmpdir(), "xtenant-secretless-"));
  await mkdir(join(folder, "home"));
  await copyFile(join(sandbox.folder, "ca.pem"), join(folder, "ca.pem"));
  const env = await xtenant(["sandbox", "env", "--dir", sandbox.folder, "--for", "github", "--json"]);
  job = JSON.parse(env.stdout);
}, 60_000);
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function configWith(credential: object): Promise<string> {
  const document = JSON.parse(await readFile(sandbox.config, "utf8"));
  document.provider.credential = credential;
  delete document.provider.administrator;
  for (const customer of Object.values<Record<string, unknown>>(document.customers)) delete customer.administrator;
  const file = join(folder, "xtenant.json");
  await writeFile(file, JSON.stringify(document));
  return file;
}

/** Every text in the operator's folder that is a secret of the sandbox, or has the shape of one. */
async function secretsFound(): Promise<readonly string[]> {
  const names = await readdir(join(sandbox.folder, "secrets"));
  const secrets = await Promise.all(names.map((name) => readFile(join(sandbox.folder, "secrets", name), "utf8")));
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
  const texts = await Promise.all(files.map((one) => readFile(join(one.parentPath, one.name), "latin1")));
  const shapes = [/PRIVATE KEY/, /eyJ[\w-]+\.eyJ/, /"secret\w*"/];
  return [
    ...secrets.filter((secret) => texts.some((text) => text.includes(secret.trim()))),
    // The program's own compiled code mentions secrets and contains none.
    ...shapes.filter((shape) => texts.some((text, n) => !isCode(files[n]?.parentPath) && shape.test(text))).map(String),
  ];
}

const isCode = (folder = "") => folder.includes("compiled");

async function sendBy(credential: object, env: NodeJS.ProcessEnv = {}) {
  const config = await configWith(credential);
  const home = join(folder, "home");
  const ran = await xtenant(["--config", config, "send", "acme", "hi", "--verbose"], {
    cwd: folder,
    env: { ...env, HOME: home, XDG_CACHE_HOME: home, XDG_STATE_HOME: home },
  });
  return { ...ran, found: await secretsFound() };
}

test("a machine's managed identity sends without a secret in the folder", async () => {
  const { provider } = JSON.parse(await readFile(sandbox.config, "utf8"));

  const sent = await sendBy(provider.credential);

  expect(sent).toMatchObject({ exitCode: 0, found: [], stderr: expect.stringMatching(/by managed-identity/) });
});

test.each(["", "&subject=names"])(
  "a job of GitHub sends with its own token and without a secret, for each form of its subject (%s)",
  async (form) => {
    const ACTIONS_ID_TOKEN_REQUEST_URL = `${job.ACTIONS_ID_TOKEN_REQUEST_URL}${form}`;

    const sent = await sendBy({ kind: "github-actions" }, { ...job, ACTIONS_ID_TOKEN_REQUEST_URL });

    expect(sent).toMatchObject({ exitCode: 0, found: [], stderr: expect.stringMatching(/by github-actions/) });
    expect(`${sent.stdout}${sent.stderr}`).not.toMatch(/eyJ[\w-]+\.eyJ/);
  },
);

test("whoami --why explains the identity from the config and the job, and shows no token", async () => {
  const config = await configWith({ kind: "github-actions" });
  const line = ["--config", config, "whoami", "acme", "--why", "--json"];
  const { exitCode, stdout } = await xtenant(line, { env: { ...job, PATH: folder } });

  expect(exitCode).toBe(0);
  expect(jsonLines(stdout)).toMatchObject([
    {
      credential: "github-actions",
      claims: ["Send", "Listen"],
      unknown: [expect.stringMatching(/^roles: /)],
      expiresAt: expect.any(String),
      why: expect.arrayContaining([expect.objectContaining({ what: "proof" })]),
    },
  ]);
  expect(stdout).not.toMatch(/eyJ/);
});

test("the check would find a secret", async () => {
  await copyFile(join(sandbox.folder, "secrets", "provider"), join(folder, "home", "canary"));
  const found = await secretsFound();
  await rm(join(folder, "home", "canary"));

  expect(found).toHaveLength(1);
});

test("a job whose request GitHub refuses ends with 4 and reports the missing permission", async () => {
  const config = await configWith({ kind: "github-actions" });
  const { exitCode, stderr } = await xtenant(["--config", config, "send", "acme", "hi", "--json"], {
    env: { ...job, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "stolen" },
  });

  expect(exitCode).toBe(4);
  expect(jsonLines(stderr)).toMatchObject([
    { error: { code: "NoAssertion", hint: expect.stringMatching(/id-token/) } },
  ]);
});
