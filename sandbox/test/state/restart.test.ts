import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { openStateFile } from "../../src/state/state-file.ts";
import { type SandboxProcess, startSandboxProcess } from "../sandbox-process.ts";

let folder: string;
let dataFile: string;
let running: SandboxProcess[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "xtenant-state-"));
  dataFile = join(folder, "cloud.sqlite");
  running = [];
});
afterEach(async () => {
  for (const sandbox of running) await sandbox.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(directory: string, port?: number) {
  const options = { directory: join(folder, directory), dataFile, ...(port === undefined ? {} : { port }) };
  const sandbox = await startSandboxProcess(options);
  running.push(sandbox);
  return sandbox;
}

const tokenAnswer = z.object({ access_token: z.string() });

/** A token of acme's administrator for Graph, by a secret, which itself has to outlive the restart. */
async function graphToken({ port, config, directory }: SandboxProcess) {
  const { tenantId, administrator } = config.customers.acme ?? {};
  const form = {
    grant_type: "client_credentials",
    client_id: administrator && "clientId" in administrator ? administrator.clientId : "",
    client_secret: await readFile(join(directory, "secrets/acme-administrator"), "utf8"),
    scope: `https://localhost:${port}/graph/.default`,
  };
  const url = `https://localhost:${port}/${tenantId}/oauth2/v2.0/token`;
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams(form) });
  return tokenAnswer.parse(await answer.json()).access_token;
}

const admit = async (sandbox: SandboxProcess, token: string) =>
  fetch(`https://localhost:${sandbox.port}/graph/v1.0/servicePrincipals`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ appId: sandbox.config.provider.clientId }),
  });

const find = async ({ port, config }: SandboxProcess, token: string) =>
  fetch(`https://localhost:${port}/graph/v1.0/servicePrincipals(appId='${config.provider.clientId}')`, {
    headers: { authorization: `Bearer ${token}` },
  });

test("what was answered is there after a crash, on the same port, and tokens of before are still taken", async () => {
  const before = await start("one");
  const token = await graphToken(before);
  expect((await admit(before, token)).status).toBe(201);
  await before.kill();
  const after = await start("one");

  expect(after.port).toBe(before.port);
  expect((await find(after, token)).status).toBe(200);
  expect((await admit(after, await graphToken(after))).status).toBe(409);
});

test("on another port the issuers, redirect URIs and trusts are the new ones", async () => {
  const before = await start("one");
  await admit(before, await graphToken(before));
  await before.stop();
  const other = createServer().listen(before.port, "127.0.0.1");
  await once(other, "listening");
  const after = await start("two");
  other.close();
  const token = await graphToken(after);
  const app = `https://localhost:${after.port}/graph/v1.0/servicePrincipals(appId='${after.config.provider.clientId}')`;

  expect(after.port).not.toBe(before.port);
  expect((await fetch(app, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  expect(await readFile(join(folder, "two/xtenant.json"), "utf8")).not.toContain(String(before.port));
  await after.stop();
  const state = await openStateFile(dataFile);
  expect(
    JSON.stringify([...(state.load()?.model.tenants.values() ?? [])].map(({ applications }) => [...applications])),
  ).toContain(`https://localhost:${after.port}/oidc`);
  state.close();
});

test.skipIf(process.platform === "win32")("only its owner can open the file, which holds secrets", async () => {
  await start("one");

  expect(((await stat(dataFile)).mode & 0o777).toString(8)).toBe("600");
  expect(((await stat(`${dataFile}-wal`)).mode & 0o777).toString(8)).toBe("600");
});

test("two sandboxes do not share a file", async () => {
  await start("one");

  await expect(openStateFile(dataFile)).rejects.toMatchObject({ code: "BAD_STATE_FILE", message: /locked/ });
});

test("a file that is something else is refused and left alone", async () => {
  await writeFile(dataFile, "a letter to my aunt, and no database at all");

  await expect(openStateFile(dataFile)).rejects.toMatchObject({ code: "BAD_STATE_FILE" });
  expect(await readFile(dataFile, "utf8")).toMatch(/aunt/);
});
