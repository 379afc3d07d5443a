import { expect, test } from "vitest";
import { noTelemetry } from "../../../src/lib/telemetry/telemetry.ts";
import { main } from "../../../src/main.ts";
import { configOnDisk } from "../../fakes/config-on-disk.ts";
import { threeCustomers } from "../../fakes/context.ts";
import { createMemoryCloud } from "../../fakes/memory-cloud.ts";
import { fakeTerminal } from "../../fakes/terminal.ts";

/** Runs command lines one after the other over the same config file. */
async function run(...lines: readonly (readonly string[])[]) {
  await using disk = await configOnDisk(threeCustomers);
  const ends: { readonly exitCode: number; readonly stdout: string; readonly stderr: string }[] = [];
  for (const line of lines) {
    const terminal = fakeTerminal({ workingDirectory: disk.path });
    const exitCode = await main(line, terminal, () => ({ azure: createMemoryCloud().cloud, telemetry: noTelemetry }));
    ends.push({ exitCode, stdout: terminal.stdout.text(), stderr: terminal.stderr.text() });
  }
  return { ends, customers: JSON.parse(await disk.text()).customers };
}

test("set changes only the settings that are named", async () => {
  const { customers } = await run(
    ["customers", "set", "acme", "fabrikam", "--access", "least-privilege", "--add-tag", "tier=gold"],
    ["customers", "set", "acme", "--namespace", "acme-two", "--add-tag", "region=eu", "--remove-tag", "tier"],
  );

  expect(customers.acme).toEqual({
    ...threeCustomers.customers.acme,
    access: "least-privilege",
    namespace: "acme-two.servicebus.windows.net",
    tags: { region: "eu" },
  });
  expect(customers.fabrikam).toMatchObject({ access: "least-privilege", tags: { tier: "gold" } });
  expect(customers.tailspin).toEqual(threeCustomers.customers.tailspin);
});

test.each([
  ["set", "acme", "--access", "least-privilege", "--dry-run"],
  ["remove", "acme", "--dry-run"],
  ["add", "northwind", "--tenant", "6f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f", "--namespace", "north-bus", "--dry-run"],
])("customers %s --dry-run changes nothing", async (...line) => {
  const { ends, customers } = await run(["customers", ...line]);

  expect(ends).toMatchObject([{ exitCode: 0, stdout: expect.stringContaining("would ") }]);
  expect(customers).toEqual(threeCustomers.customers);
});

test("set without a setting, and a namespace of another cloud, name the option", async () => {
  const { ends } = await run(
    ["customers", "set", "acme"],
    ["customers", "set", "acme", "--namespace", "acme-bus.servicebus.usgovcloudapi.net"],
  );

  expect(ends).toMatchObject([
    { exitCode: 2, stderr: expect.stringContaining("such as --access") },
    { exitCode: 2, stderr: expect.stringContaining("--namespace 'acme-bus.servicebus.usgovcloudapi.net': expected") },
  ]);
});
