import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createCredentialKit } from "../../../../src/lib/azure/credentials/credential-kit.ts";
import { createCredentials } from "../../../../src/lib/azure/credentials/credentials.ts";
import { createProviderCredentials } from "../../../../src/lib/azure/credentials/provider-credential.ts";
import { parseConfig } from "../../../../src/lib/config/config.ts";
import { parseGuid, parseTenantId } from "../../../../src/lib/domain/customer.ts";
import { configDocument, ids, withValue } from "../../../fakes/config-document.ts";
import { openFolder } from "../../../fakes/folder.ts";

test("a secret that is written later is read: a failure to read it is not cached", async () => {
  await using folder = await openFolder();
  const document = withValue(configDocument(), "provider.credential", { kind: "secret", secretFile: "app.secret" });
  const config = parseConfig(document, join(folder.path, "xtenant.json"));
  if (!("provider" in config)) throw new Error(JSON.stringify(config));
  const credentials = createCredentials(config, {
    env: {},
    log: { ask: () => {}, info: () => {}, debug: () => {} },
  });
  await expect(credentials.providerIn(parseTenantId(ids.acme))).rejects.toMatchObject({ code: "SecretUnreadable" });

  await writeFile(join(folder.path, "app.secret"), "v3ry~s3cret");

  expect(await credentials.providerIn(parseTenantId(ids.acme))).toMatchObject({ kind: "secret" });
});

test("a secret that was renewed is read again for the next token", async () => {
  await using folder = await openFolder();
  const secretFile = join(folder.path, "app.secret");
  await writeFile(secretFile, "v3ry~s3cret");
  const config = parseConfig(configDocument(), join(folder.path, "xtenant.json"));
  if (!("provider" in config)) throw new Error(JSON.stringify(config));
  const log = { ask: () => {}, info: () => {}, debug: () => {} };
  const kit = await createCredentialKit(config.cloud, { env: {}, log });
  const inTenant = createProviderCredentials(kit, parseGuid(ids.app), { kind: "secret", secretFile });
  const credential = await inTenant(parseTenantId(ids.acme));
  // Refused by the SDK, so that no request is sent.
  const ask = () => credential.getToken("https://servicebus.azure.net/.default", { tenantId: ids.fabrikam });
  await expect(ask()).rejects.toThrow("tenant");

  await rm(secretFile);

  await expect(ask()).rejects.toMatchObject({ code: "SecretUnreadable" });
});
