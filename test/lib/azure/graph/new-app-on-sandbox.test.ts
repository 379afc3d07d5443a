import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startSandboxProcess } from "../../../../sandbox/test/sandbox-process.ts";
import { createApp } from "../../../../src/lib/app-registration/create-app.ts";
import { createAzureServices } from "../../../../src/lib/azure/azure-services.ts";
import { parseConfig } from "../../../../src/lib/config/config.ts";
import { wantedApp } from "../../../../src/lib/domain/app-registration.ts";

test("an app is created, changed and read while a replica of the directory does not know it", async () => {
  const sandbox = await startSandboxProcess();
  onTestFinished(() => sandbox.stop());
  const config = parseConfig(JSON.parse(await readFile(sandbox.configFile, "utf8")), sandbox.configFile);
  if (!("provider" in config)) throw new Error(JSON.stringify(config));
  const control = await readFile(join(sandbox.directory, "secrets/control"), "utf8");
  await fetch(`${config.cloud.authorityHost}/control/scenario`, {
    method: "PUT",
    headers: { authorization: `Bearer ${control}`, "content-type": "application/json" },
    body: JSON.stringify({ applicationDelay: "10m" }),
  });
  const log = { ask: () => {}, info: () => {}, debug: () => {} };
  const azure = createAzureServices(async () => config, { env: {}, log });
  const registrations = await azure.appRegistrations(config);
  const { signal } = new AbortController();
  const wanted = wantedApp("new", "https://contoso.example/consented");

  const { app, outcome, servicePrincipal } = await createApp({ signal }, registrations, { uniqueName: "new", wanted });
  const secret = await registrations.addSecret(app, { name: "one", endsAt: new Date(Date.now() + 86_400_000) });
  const trust = {
    name: "two",
    issuer: "https://issuer.example",
    subject: "job",
    audience: "api://AzureADTokenExchange",
  };
  await registrations.trust(app, trust);
  await registrations.update(app, { ...wanted, redirectUris: ["https://contoso.example/second"] });
  const find = async () =>
    (await registrations.find({ uniqueName: "new" })) ?? registrations.find({ uniqueName: "new" });
  const both = (await find())?.credentials ?? [];
  for (const credential of both) await registrations.removeCredential(app, credential);

  expect([outcome, servicePrincipal]).toEqual(["created", "created"]);
  expect(secret).toMatch(/\S{10}/);
  expect(both.map(({ name }) => name)).toEqual(["two", "one"]);
  expect(await find()).toMatchObject({
    credentials: [],
    redirectUris: expect.arrayContaining(["https://contoso.example/second"]),
  });
});
