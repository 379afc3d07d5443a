import { chmod, stat } from "node:fs/promises";
import { expect, test } from "vitest";
import { configDocument, ids } from "../../fakes/config-document.ts";
import { configOnDisk } from "../../fakes/config-on-disk.ts";

test("JSON null is a config error, not a bug", async () => {
  await using disk = await configOnDisk("null");

  await expect(disk.config.read()).rejects.toMatchObject({ kind: "usage", code: "ConfigInvalid" });
});

test("an id that is not a string is a config error, not a bug, also when a variable replaces it", async () => {
  await using disk = await configOnDisk(
    { provider: { tenantId: 7, clientId: ids.app } },
    { XTENANT_TENANT_ID: ids.acme },
  );

  expect((await disk.config.read()).provider.tenantId).toBe(ids.acme);
});

test("a config whose ids come from the environment can be changed", async () => {
  const env = { XTENANT_TENANT_ID: ids.contoso, XTENANT_CLIENT_ID: ids.app };
  await using disk = await configOnDisk({ provider: {}, customers: {} }, env);
  await disk.config.read();

  await disk.config.change((document) => ({ ...document, customers: { acme: configDocument().customers.acme } }));

  expect(JSON.parse(await disk.text())).toEqual({ provider: {}, customers: { acme: configDocument().customers.acme } });
});

test("a config keeps its write permission for the group", async () => {
  await using disk = await configOnDisk({ provider: configDocument().provider });
  await chmod(disk.file, 0o664);

  await disk.config.change((document) => document);

  expect((await stat(disk.file)).mode & 0o777).toBe(0o664);
});

test("two changes at the same time are both written", async () => {
  const { provider, customers } = configDocument();
  await using disk = await configOnDisk({ provider });
  const adding = (name: "acme" | "fabrikam") =>
    disk.config.change((document) => ({ ...document, customers: { ...document.customers, [name]: customers[name] } }));

  await Promise.all([adding("acme"), adding("fabrikam")]);

  expect(JSON.parse(await disk.text()).customers).toEqual(customers);
});
