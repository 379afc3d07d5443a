import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type SandboxProcess, startSandboxProcess } from "../../sandbox/test/sandbox-process.ts";
import type { Context } from "../../src/cli/context.ts";
import { grant } from "../../src/commands/grant.ts";
import { onboard } from "../../src/commands/onboard/onboard-steps.ts";
import { createAzureServices } from "../../src/lib/azure/azure-services.ts";
import { parseConfig } from "../../src/lib/config/config.ts";
import { findCustomer } from "../../src/lib/config/select-customers.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import type { AzureServices } from "../../src/lib/ports/azure-services.ts";
import { noTelemetry } from "../../src/lib/telemetry/telemetry.ts";
import { xtenant } from "../e2e/xtenant.ts";
import { fakeTerminal } from "../fakes/terminal.ts";

const acme = parseCustomerName("acme");
let sandbox: SandboxProcess;
let configFile: string;
let caches: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  sandbox = await startSandboxProcess();
  const document = JSON.parse(await readFile(sandbox.configFile, "utf8"));
  // A secret, because the assertion of a managed identity would be cached, too.
  document.provider.credential = { kind: "secret", secretFile: "secrets/provider" };
  configFile = join(sandbox.directory, "secret.json");
  await writeFile(configFile, JSON.stringify(document));
  await inFull(run());
});
afterAll(() => sandbox.stop());
beforeEach(async () => {
  caches = await mkdtemp(join(tmpdir(), "xtenant-caches-"));
  env = { XTENANT_TOKEN_CACHE: "1", XDG_CACHE_HOME: caches };
});
afterEach(() => rm(caches, { recursive: true, force: true }));

/** The state of one process: of an earlier process it has only the files. */
function run(surroundings: Readonly<Record<string, string>> = {}) {
  const lines: string[] = [];
  const log = { ask: () => {}, info: (line: string) => lines.push(line), debug: () => {} };
  const read = async () => {
    const document = JSON.parse(await readFile(configFile, "utf8"));
    // A test writes statuses as the provider.
    document.customers.acme.access = "data-owner";
    const config = parseConfig(document, configFile);
    if (!("provider" in config)) throw new Error(JSON.stringify(config));
    return config;
  };
  const config = { read, change: () => Promise.reject(new Error("unchanged")) };
  const terminal = fakeTerminal();
  const azure: AzureServices = createAzureServices(read, { env: surroundings, log });
  const context: Context = { azure, config, log, terminal, telemetry: noTelemetry, signal: terminal.signal };
  return { context, cloud: azure, lines, customer: async () => findCustomer(await read(), acme) };
}
type Run = ReturnType<typeof run>;

async function inFull({ context }: Run): Promise<void> {
  await Array.fromAsync(onboard(context, acme, { provision: true, timeout: 10_000 }));
  await Array.fromAsync(grant(context, acme, { wait: 10_000 }));
}

async function look({ cloud: azure, customer }: Run): Promise<void> {
  await using connection = await azure.connectAsProvider(await customer());
  await (await connection.receiver()).peek(1);
}

/** How many tokens of acme's tenant Entra was asked for meanwhile. */
async function asked(work: () => Promise<unknown>): Promise<number> {
  const before = sandbox.log.length;
  await work();
  await everythingLogged();
  const tenant = sandbox.config.customers.acme?.tenantId ?? "none";
  const isRequest = (line: string) => line.startsWith(`POST /${tenant}/oauth2/v2.0/token`);
  return sandbox.log.slice(before).filter(isRequest).length;
}

/** The log comes through a pipe: it is complete when it contains this request. */
async function everythingLogged(): Promise<void> {
  const mark = `/mark-${crypto.randomUUID()}`;
  await fetch(`https://localhost:${sandbox.port}${mark}`);
  await expect.poll(() => sandbox.log.some((line) => line.includes(mark))).toBe(true);
}

async function disturb(action: object): Promise<void> {
  const authorization = `Bearer ${(await readFile(join(sandbox.directory, "secrets/control"), "utf8")).trim()}`;
  const headers = { authorization, "content-type": "application/json" };
  const url = `https://localhost:${sandbox.port}/control/actions`;
  const { status } = await fetch(url, { method: "POST", headers, body: JSON.stringify(action) });
  expect(status).toBe(204);
}

const files = () => readdir(join(caches, "xtenant/tokens"));

test("a process uses the cached token of an earlier one, and two processes at the same time do not conflict", async () => {
  const send = (...more: string[]) =>
    xtenant(["--config", configFile, "send", "acme", "hi", ...more], { env: { ...process.env, ...env } });

  expect(await asked(() => Promise.all([send(), send()]))).toBeGreaterThan(0);
  expect(await files()).toHaveLength(1);
  let said: Awaited<ReturnType<typeof send>> | undefined;
  expect(await asked(async () => (said = await send("--verbose")))).toBe(0);

  expect(said).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/a token of an earlier run, until 20/) });
});

test("nothing is kept unless the environment says so", async () => {
  await look(run({ XDG_CACHE_HOME: caches }));

  expect(await readdir(caches)).toEqual([]);
  expect(await asked(() => look(run({ ...env, XTENANT_TOKEN_CACHE: "0" })))).toBe(1);
  await expect(look(run({ ...env, XTENANT_TOKEN_CACHE: "yes" }))).rejects.toMatchObject({ code: "VariableInvalid" });
});

test("a check of the consent asks Entra, whatever the cache holds", async () => {
  await look(run(env));

  const { cloud: azure, customer } = run(env);
  expect(await asked(async () => azure.signIn(await customer()))).toBe(1);
});

test("a token that Service Bus refuses is deleted, and the operation is repeated with a new one", async () => {
  await look(run(env));
  await disturb({ do: "roll-keys", forget: true });

  const later = run(env);
  expect(await asked(() => look(later))).toBe(1);
  expect(await asked(() => look(run(env)))).toBe(0);
});

test("a tail that is refused goes on with a new token, too", async () => {
  const earlier = run(env);
  await using first = await earlier.cloud.connectAsProvider(await earlier.customer());
  await (await first.sender("status")).send({ messageId: "s-1", body: Buffer.from("done") });
  await disturb({ do: "roll-keys", forget: true });

  const { cloud: azure, customer } = run(env);
  await using connection = await azure.connectAsProvider(await customer());
  const tail = (await connection.receiver()).tail(new AbortController().signal);
  for await (const [held] of tail) {
    expect(held?.message.messageId).toBe("s-1");
    await held?.complete();
    break;
  }
  expect.assertions(2);
});

test("an app whose consent was removed and granted again gets a new token", async () => {
  await look(run(env));
  await disturb({ do: "withdraw-consent", tenant: "acme" });
  await inFull(run());

  await look(run(env));
});

test("a missing role is reported as it is, and its token is not kept", async () => {
  await look(run(env));
  await disturb({ do: "revoke-roles", tenant: "acme" });

  await expect(look(run(env))).rejects.toMatchObject({ kind: "forbidden", code: "UnauthorizedAccess" });
  expect(await files()).toEqual([]);
  await inFull(run());
});

test("an app whose consent was removed gets that failure when its token is refused, and its token is deleted", async () => {
  await look(run(env));
  await disturb({ do: "withdraw-consent", tenant: "acme" });
  await disturb({ do: "roll-keys", forget: true });

  await expect(look(run(env))).rejects.toMatchObject({ kind: "auth", code: "AADSTS7000229" });
  expect(await files()).toEqual([]);
  await inFull(run());
});

test("a damaged file is ignored and replaced", async () => {
  await look(run(env));
  const [file = ""] = await files();
  await writeFile(join(caches, "xtenant/tokens", file), '{"token":');

  const next = run(env);
  expect(await asked(() => look(next))).toBe(1);
  expect(next.lines).toEqual([expect.stringMatching(/kept is not used: it is damaged/)]);
  expect(await asked(() => look(run(env)))).toBe(0);
});
