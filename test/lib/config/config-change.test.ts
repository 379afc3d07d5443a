import { chmod, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { writeConfig } from "../../../src/lib/config/config-file.ts";
import type { ConfigDocument } from "../../../src/lib/config/config-schema.ts";
import { parseCustomerName } from "../../../src/lib/domain/customer.ts";
import { configDocument, ids } from "../../fakes/config-document.ts";
import { configOnDisk } from "../../fakes/config-on-disk.ts";
import { openFolder } from "../../fakes/folder.ts";

const withTailspin = (document: ConfigDocument): ConfigDocument => ({
  ...document,
  customers: {
    ...document.customers,
    tailspin: { tenantId: ids.principal, namespace: "tailspin-messages.servicebus.windows.net" },
  },
});

describe("changing a config", () => {
  test("writes the file and gives the config as it is now", async () => {
    await using disk = await configOnDisk(configDocument());

    const config = await disk.config.change(withTailspin);

    expect(config.customers.has(parseCustomerName("tailspin"))).toBe(true);
    expect(JSON.parse(await disk.text())).toEqual(withTailspin(configDocument()));
    expect(await disk.text()).toMatch(/^\{\n {2}"provider": .*\}\n$/s);
    expect(await disk.names()).toEqual([".xtenant.json.lock", "xtenant.json"]);
  });

  test("leaves nothing beside the file where the user has a cache", async () => {
    await using cache = await openFolder();
    await using disk = await configOnDisk(configDocument(), { XDG_CACHE_HOME: cache.path });

    await disk.config.change(withTailspin);

    expect(await disk.names()).toEqual(["xtenant.json"]);
    expect(await cache.names()).toEqual(["xtenant"]);
  });

  test.each(["cache", "none"])("at the same time as other programs loses no change (%s)", async (where) => {
    await using cache = await openFolder();
    const env: Record<string, string> = where === "none" ? {} : { XDG_CACHE_HOME: cache.path };
    await using disk = await configOnDisk(configDocument(), env);
    const programs = Array.from({ length: 8 }, () => disk.open());

    await Promise.all(
      programs.map((program, index) =>
        program.change((document) => ({
          ...document,
          customers: {
            ...document.customers,
            [`customer-${index}`]: {
              tenantId: ids.principal,
              namespace: `customer-${index}-bus.servicebus.windows.net`,
            },
          },
        })),
      ),
    );

    expect(Object.keys(JSON.parse(await disk.text()).customers)).toEqual(
      expect.arrayContaining(programs.map((_, index) => `customer-${index}`)),
    );
  });

  test("writes what the operator wrote: no defaults, nothing of the environment", async () => {
    const { provider } = configDocument();
    await using disk = await configOnDisk({ provider }, { XTENANT_TENANT_ID: ids.acme });

    await disk.config.change((document) => document);

    expect(JSON.parse(await disk.text())).toEqual({ provider });
  });

  test("to something that is no config is refused, and the file stays as it was", async () => {
    await using disk = await configOnDisk(configDocument());
    const before = await disk.text();

    const change = disk.config.change((document) => ({
      ...document,
      customers: { acme: { tenantId: "x", namespace: "x" } },
    }));

    await expect(change).rejects.toMatchObject({ kind: "usage", code: "ConfigChangeInvalid" });
    expect(await disk.text()).toBe(before);
    expect(await disk.names()).toEqual([".xtenant.json.lock", "xtenant.json"]);
  });

  test("with an edit that throws changes nothing", async () => {
    await using disk = await configOnDisk(configDocument());
    const before = await disk.text();

    await expect(
      disk.config.change(() => {
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(await disk.text()).toBe(before);
  });
});

describe.skipIf(process.platform === "win32")("a config's mode", () => {
  const { provider } = configDocument();

  test.each([
    { kind: "secret", secretFile: "app.secret" },
    { kind: "certificate", certificateFile: "app.pem" },
    { kind: "workload-identity", assertionFile: "token" },
  ] as const)("is its owner's alone when it names a file of secret material: %j", async (credential) => {
    await using folder = await openFolder();
    const file = join(folder.path, "xtenant.json");

    await writeConfig(file, { provider: { ...provider, credential } });

    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test.each([0o600, 0o400])("stays as it was otherwise: %o", async (mode) => {
    await using disk = await configOnDisk({ provider });
    await chmod(disk.file, mode);

    await disk.config.change(withTailspin);

    expect((await stat(disk.file)).mode & 0o777).toBe(mode);
  });
});
