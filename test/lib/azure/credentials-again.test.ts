import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createCredentials } from "../../../src/lib/azure/credentials.ts";
import { parseConfig } from "../../../src/lib/tenancy/config.ts";
import { tenantId } from "../../../src/lib/tenancy/customer.ts";
import { configDocument, ids, withValue } from "../../fakes/config-document.ts";
import { openFolder } from "../../fakes/folder.ts";

test("a secret that arrives later is found: a failure to read it is not remembered", async () => {
  await using folder = await openFolder();
  const document = withValue(configDocument(), "provider.credential", { kind: "secret", secretFile: "app.secret" });
  const config = parseConfig(document, join(folder.path, "xtenant.json"));
  if (!("provider" in config)) throw new Error(JSON.stringify(config));
  const credentials = createCredentials(config, {
    env: {},
    log: { ask: () => {}, info: () => {}, debug: () => {} },
  });
  await expect(credentials.providerIn(tenantId(ids.acme))).rejects.toMatchObject({ code: "SecretMissing" });

  await writeFile(join(folder.path, "app.secret"), "v3ry~s3cret");

  expect(await credentials.providerIn(tenantId(ids.acme))).toMatchObject({ kind: "secret" });
});
