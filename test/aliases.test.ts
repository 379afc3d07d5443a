import { expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { noTelemetry } from "../src/lib/telemetry/telemetry.ts";
import { main } from "../src/main.ts";
import { configOnDisk } from "./fakes/config-on-disk.ts";
import { threeCustomers } from "./fakes/context.ts";
import { createMemoryCloud } from "./fakes/memory-cloud.ts";
import { fakeTerminal } from "./fakes/terminal.ts";

async function run(...argv: readonly string[]) {
  await using disk = await configOnDisk(threeCustomers);
  const terminal = fakeTerminal({ workingDirectory: disk.path });
  const exitCode = await main(argv, terminal, () => ({ azure: createMemoryCloud().cloud, telemetry: noTelemetry }));
  return { exitCode, stdout: terminal.stdout.text(), stderr: terminal.stderr.text().replaceAll(disk.path, "") };
}

test("version is --version", async () => {
  expect(await run("version")).toEqual({ exitCode: 0, stdout: `${packageJson.version}\n`, stderr: "" });
});

test.each([
  ["customers ls", "customers list"],
  ["customers rm acme --dry-run", "customers remove acme --dry-run"],
  ["dlq ls acme", "dead-letter list acme"],
])("%s is %s", async (alias, word) => {
  const [one, other] = [await run(...alias.split(" ")), await run(...word.split(" "))];

  expect(one).toEqual(other);
  expect(one.exitCode).not.toBe(2);
});
