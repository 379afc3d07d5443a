import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SandboxProcess, startSandboxProcess } from "../../../../sandbox/test/sandbox-process.ts";
import { createAzureServices } from "../../../../src/lib/azure/azure-services.ts";
import { type Config, parseConfig } from "../../../../src/lib/config/config.ts";
import { findCustomer } from "../../../../src/lib/config/select-customers.ts";
import { parseCustomerName, parseGuid } from "../../../../src/lib/domain/customer.ts";
import { wantedAssignments } from "../../../../src/lib/domain/role-access.ts";

let sandbox: SandboxProcess;
let config: Config;
beforeAll(async () => {
  sandbox = await startSandboxProcess();
  const parsed = parseConfig(JSON.parse(await readFile(sandbox.configFile, "utf8")), sandbox.configFile);
  if (!("provider" in parsed)) throw new Error(JSON.stringify(parsed));
  config = parsed;
});
afterAll(() => sandbox.stop());

async function control(method: string, path: string, body: unknown) {
  const key = await readFile(join(sandbox.directory, "secrets/control"), "utf8");
  const answer = await fetch(`${config.cloud.authorityHost}/control/${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status}`);
}

/** A tail of acme's statuses that is open; `ended` is how it ends. */
async function openTail() {
  const log = { ask: () => {}, info: () => {}, debug: () => {} };
  const azure = createAzureServices(async () => config, { env: {}, log });
  const acme = findCustomer(config, parseCustomerName("acme"));
  const directory = await azure.directory(acme);
  await directory.provisionServicePrincipal(config.provider.clientId);
  const { objectId } = (await directory.findServicePrincipal(config.provider.clientId)) ?? { objectId: parseGuid("") };
  const access = await azure.roleAssignments(acme);
  for (const wanted of wantedAssignments(acme, objectId)) await access.assign(wanted);
  const connection = await azure.connectAsProvider(acme);
  const opened = Promise.withResolvers<void>();
  let times = 0;
  const onOpened = () => {
    times += 1;
    opened.resolve();
  };
  const receiver = await connection.receiver();
  const ended = (async () => {
    for await (const _ of receiver.tail(new AbortController().signal, { onOpened }));
  })().then(
    () => undefined,
    (error: unknown) => error,
  );
  await opened.promise;
  return { ended, times: () => times, [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose]() };
}

test("a tail whose role is gone is opened once more, and ends as forbidden", async () => {
  await using tail = await openTail();
  await control("POST", "actions", { do: "revoke-roles", tenant: "acme" });

  expect(await tail.ended).toMatchObject({ kind: "forbidden", code: "UnauthorizedAccess" });
});

test("a tail whose token ended and is not renewed ends with Entra's refusal, not with the customer's role", async () => {
  await control("PUT", "scenario", { tokens: { lifetime: "7s" } });
  await using tail = await openTail();
  const refuse = [{ endpoint: "entra", path: "/token", code: "AADSTS7000222" }];
  await control("PUT", "scenario", { tokens: { lifetime: "7s" }, refuse });

  expect(await tail.ended).toMatchObject({ kind: "auth", code: "AADSTS7000222", actor: "provider's administrator" });
});
