import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openConfigFile } from "../../../src/lib/config/config-file.ts";
import { configDocument, ids, withValue } from "../../fakes/config-document.ts";
import { configOnDisk } from "../../fakes/config-on-disk.ts";
import { openFolder } from "../../fakes/folder.ts";

describe("reading a config", () => {
  test("returns its values and the file", async () => {
    await using disk = await configOnDisk(configDocument());

    const config = await disk.config.read();

    expect(config.file).toBe(disk.file);
    expect([...config.customers.keys()]).toEqual(["acme", "fabrikam"]);
    expect(disk.logged).toEqual([]);
  });

  test("happens once, also for repeated calls", async () => {
    await using disk = await configOnDisk(configDocument());

    const [one, two] = await Promise.all([disk.config.read(), disk.config.read()]);

    expect(one).toBe(two);
  });

  test("names the field that came from the environment, but not the value", async () => {
    await using disk = await configOnDisk(configDocument(), { XTENANT_TENANT_ID: ids.acme });

    expect((await disk.config.read()).provider.tenantId).toBe(ids.acme);
    expect(disk.logged).toEqual(["provider.tenantId comes from XTENANT_TENANT_ID"]);
  });
});

describe("a config that cannot be used", () => {
  test("is reported with its file, every wrong path, and the expected value", async () => {
    const document = withValue(withValue(configDocument(), "provider.tenantId", "x"), "customers.acme.surprise", 1);
    await using disk = await configOnDisk(document);

    await expect(disk.config.read()).rejects.toMatchObject({
      kind: "usage",
      code: "ConfigInvalid",
      message: [
        `${disk.file} is not a valid config:`,
        "  provider.tenantId: expected a GUID",
        "  customers.acme.surprise: unknown key; remove it or check its spelling",
      ].join("\n"),
    });
  });

  test.each(["", "{", "{'single': 1}", "// no comments\n{}"])("is no JSON: %j", async (text) => {
    await using disk = await configOnDisk(text);

    await expect(disk.config.read()).rejects.toMatchObject({
      kind: "usage",
      code: "ConfigInvalid",
      message: expect.stringContaining(`${disk.file} is not JSON: `),
    });
  });

  test.each(["[]", "{}", "7", '"text"', "true", '{"provider":null}', '{"provider":"x"}', '{"provider":[]}'])(
    "is JSON but no config: %s",
    async (text) => {
      await using disk = await configOnDisk(text);

      await expect(disk.config.read()).rejects.toMatchObject({ kind: "usage", code: "ConfigInvalid" });
    },
  );

  test("is nowhere", async () => {
    await using folder = await openFolder();
    const search = { option: undefined, env: { XDG_CONFIG_HOME: folder.path }, workingDirectory: folder.path };
    const { read, change } = openConfigFile(search, { info: () => {} });

    for (const attempt of [read(), change((document) => document)])
      await expect(attempt).rejects.toMatchObject({
        kind: "usage",
        code: "ConfigNotFound",
      });
  });

  test("is not where --config says", async () => {
    await using folder = await openFolder();
    const search = { option: "none.json", env: {}, workingDirectory: folder.path };

    await expect(openConfigFile(search, { info: () => {} }).read()).rejects.toMatchObject({
      kind: "usage",
      code: "ConfigUnreadable",
      message: `cannot read the config ${join(folder.path, "none.json")}: there is no such file or folder (ENOENT)`,
    });
  });
});
