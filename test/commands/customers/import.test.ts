import { expect, test } from "vitest";
import type { Context } from "../../../src/cli/context.ts";
import { customersCommand } from "../../../src/commands/customers/customers.ts";
import { importCustomers } from "../../../src/commands/customers/import.ts";
import { bareContext } from "../../fakes/bare-context.ts";
import { configDocument, ids } from "../../fakes/config-document.ts";
import { configOnDisk } from "../../fakes/config-on-disk.ts";
import { createMemoryCloud } from "../../fakes/memory-cloud.ts";
import { fakeTerminal } from "../../fakes/terminal.ts";

/** An operator with a config of acme and fabrikam, and this list on standard input. */
async function operator(input: string) {
  const disk = await configOnDisk(configDocument());
  const context: Context = {
    ...bareContext(),
    azure: createMemoryCloud().cloud,
    config: disk.config,
    terminal: fakeTerminal({ input }),
  };
  const imported = (options = {}) => Array.fromAsync(importCustomers(context, "-", options));
  return { ...disk, imported };
}

const host = (name: string) => `${name}-bus.servicebus.windows.net`;
const tenants = ["71111111-0000-4000-8000-000000000001", "72222222-0000-4000-8000-000000000001"] as const;

test("a CSV list becomes customers: quotes, a byte order mark, a domain to resolve, tags", async () => {
  await using given = await operator(
    [
      "\uFEFFname,tenantId,domain,namespace,statusQueue,tags",
      `tailspin,${tenants[0]},,${host("tailspin")},"receipts",region=eu;tier=gold`,
      "",
      `woodgrove,,acme.example,${host("woodgrove")},,`,
    ].join("\r\n"),
  );

  const records = await given.imported();

  expect(records).toMatchObject([
    { customer: "tailspin", outcome: "added", statusQueue: "receipts", tags: { region: "eu", tier: "gold" } },
    {
      customer: "woodgrove",
      outcome: "added",
      tenantId: "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
      statusQueue: "statuses",
    },
  ]);
  expect([...(await given.open().read()).customers.keys()]).toEqual(["acme", "fabrikam", "tailspin", "woodgrove"]);
});

test("the problems of all lines are reported together, and nothing is imported", async () => {
  await using given = await operator(
    [
      "name,tenantId,domain,namespace,tags",
      `Tailspin,${tenants[0]},,${host("tailspin")},`,
      `tailspin,${tenants[0]},tailspin.example,nowhere.example,region`,
      "tailspin,short",
      `woodgrove,,nobody.example,${host("woodgrove")},`,
      `acme,${tenants[0]},,${host("acme")},`,
      `northwind,${tenants[1]},,${host("northwind")},`,
      `northwind,${tenants[1]},,${host("northwind")},`,
    ].join("\n"),
  );
  const before = await given.text();

  const failure = await given.imported().catch((error) => error);

  expect(failure).toMatchObject({ kind: "usage", code: "CustomerListInvalid" });
  expect(failure.message.split("\n").slice(1)).toEqual([
    expect.stringContaining("line 2: name: expected a customer's name"),
    expect.stringContaining("line 3: tenantId, domain: expected one of the two"),
    expect.stringContaining("line 3: namespace: expected a namespace host"),
    expect.stringContaining("line 3: tags: expected <key>=<value>"),
    expect.stringContaining("line 4: expected 5 cells as in the header, found 2"),
    expect.stringContaining("line 5: domain: there is no such tenant"),
    expect.stringContaining("line 6: name: acme is in the config"),
    expect.stringContaining("line 8: name: northwind is on line 7, too"),
  ]);
  expect(await given.text()).toBe(before);
});

test("a queue that another customer uses is reported with its line", async () => {
  const row = { name: "tailspin", tenantId: tenants[0], namespace: "acme-messages.servicebus.windows.net" };
  await using given = await operator(JSON.stringify(row));

  await expect(given.imported()).rejects.toThrow(/line 1: commandQueue: expected a queue of its own.*used by acme/);
});

test("an update changes the fields of the list and keeps the others; a dry run changes nothing", async () => {
  const row = { name: "acme", tenantId: tenants[1], namespace: host("acme"), tags: { region: "eu" } };
  await using given = await operator(`\n${JSON.stringify(row)}\n`);
  await using looking = await operator(`${JSON.stringify(row)}\n`);
  const before = await looking.text();

  expect(await looking.imported({ update: true, dryRun: true })).toMatchObject([{ outcome: "would-update" }]);
  expect(await looking.text()).toBe(before);
  expect(await given.imported({ update: true })).toMatchObject([{ customer: "acme", outcome: "updated" }]);
  expect(JSON.parse(await given.text()).customers.acme).toMatchObject({
    tenantId: tenants[1],
    subscriptionId: ids.subscription,
    tags: { region: "eu" },
  });
});

test("an update needs only the name and what changes; a new customer needs its tenant and namespace", async () => {
  await using given = await operator("name,tags\nacme,tier=gold\n");
  await using unknown = await operator("name,tags\nnewco,tier=gold\n");
  await using withoutUpdate = await operator("name,tags\nacme,tier=gold\n");
  const before = JSON.parse(await given.text()).customers.acme;

  await given.imported({ update: true });

  expect(JSON.parse(await given.text()).customers.acme).toMatchObject({ ...before, tags: { tier: "gold" } });
  await expect(unknown.imported({ update: true })).rejects.toThrow(/line 2: namespace: expected a value/);
  await expect(withoutUpdate.imported()).rejects.toThrow(/line 2: tenantId, domain: expected one of the two/);
});

test.each([
  ["name,name\n", "names the column name twice"],
  ['name\n"acme', "is not CSV"],
  ["", "is empty"],
  ["name,namespace\n", "lists no customer"],
])("a text that is not a list is refused: %j", async (input, why) => {
  await using given = await operator(input);

  await expect(given.imported()).rejects.toThrow(why);
});

test("import is a word under customers", () => {
  const words = customersCommand.subcommands.map(({ name }) => name);

  expect(words).toContain("import");
});

test("a list that is wrong in every line, or has a huge column, is refused in a few lines", async () => {
  const column = "x".repeat(1_000_000);
  await using given = await operator(
    [`name,tenantId,namespace,${column}`, ...Array(1_000).fill("a!,b,c,d")].join("\n"),
  );

  const failure = await given.imported().catch((error) => error);

  expect(failure).toMatchObject({ kind: "usage", code: "CustomerListInvalid" });
  const lines = failure.message.split("\n");
  expect(lines).toHaveLength(52);
  expect(lines[1]).toMatch(/^ {2}line 2: x{60}: no such column; there are name/);
  expect(lines.at(-1)).toBe("  and 3950 more problems");
  expect(failure.message.length).toBeLessThan(10_000);
});
