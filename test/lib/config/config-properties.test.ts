import fc from "fast-check";
import { expect, test } from "vitest";
import { parseConfig } from "../../../src/lib/config/config.ts";
import { configDocument, ids } from "../../fakes/config-document.ts";

const seeded = { seed: 20_261_124, numRuns: 200 };

const label = fc.stringMatching(/^[a-z][a-z0-9]{5,20}$/);
const queue = fc.stringMatching(/^[a-z][a-z0-9._-]{0,20}[a-z0-9]$/);
const customer = fc
  .record({ tenantId: fc.uuid({ version: 4 }), namespace: label, commandQueue: queue, statusQueue: queue })
  .filter(({ commandQueue, statusQueue }) => commandQueue !== statusQueue)
  .map(({ namespace, ...rest }) => ({ ...rest, namespace: `${namespace}.servicebus.windows.net` }));
const customers = fc.dictionary(fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,30}[a-z0-9]$/), customer, { maxKeys: 6 });

const mixed = (text: string) => [...text].map((one, n) => (n % 2 ? one.toUpperCase() : one)).join("");

/** The customers of a config, or its problems. */
const said = (document: unknown) => {
  const parsed = parseConfig(JSON.parse(JSON.stringify(document)), "xtenant.json");
  return "customers" in parsed
    ? [...parsed.customers.values()].map(({ name, tenantId, namespace, commandQueue, statusQueue }) => ({
        ...{ name, tenantId, namespace, commandQueue, statusQueue },
      }))
    : parsed;
};

test("every customer of a config is read as it is written, in the order of the file, and the case of GUIDs does not matter", () => {
  fc.assert(
    fc.property(customers, (all) => {
      const written = Object.entries(all).map(([name, one]) => ({ name, ...one }));
      const shouted = Object.fromEntries(
        Object.entries(all).map(([name, one]) => [name, { ...one, tenantId: mixed(one.tenantId) }]),
      );

      expect(said({ ...configDocument(), customers: all })).toEqual(written);
      expect(said({ ...configDocument(), customers: shouted })).toEqual(written);
    }),
    seeded,
  );
});

test("one wrong value among many customers is reported with its path, and nothing is read", () => {
  const wrong = fc.constantFrom(
    ["tenantId", "not a tenant!"],
    ["namespace", "acme.servicebus.windows.net.evil.example"],
    ["statusQueue", ""],
    ["unheardOf", "x"],
  );
  fc.assert(
    fc.property(customers, wrong, (all, [key = "", value]) => {
      const bad = { tenantId: ids.acme, namespace: "acme-bus.servicebus.windows.net", [key]: value };
      const result = parseConfig({ ...configDocument(), customers: { ...all, broken: bad } }, "xtenant.json");

      expect("customers" in result).toBe(false);
      expect(JSON.stringify(result)).toContain("customers.broken");
      if (key !== "unheardOf") expect(JSON.stringify(result)).toContain(key);
    }),
    seeded,
  );
});
