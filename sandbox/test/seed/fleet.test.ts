import { readFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { startSandbox } from "../../src/start.ts";
import { openFolder } from "../folder.ts";

test("a sandbox has as many customers as are asked for, each with a tenant and a namespace of its own", async () => {
  const folder = await openFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const sandbox = await startSandbox({ directory: folder.path, port: 0, roleDelay: 0, customers: 50, log: () => {} });
  onTestFinished(() => sandbox.close());

  const { customers } = JSON.parse(await readFile(sandbox.configFile, "utf8"));

  expect(Object.keys(customers)).toHaveLength(50);
  expect(customers["customer-50"]).toMatchObject({ namespace: "customer-50-bus.servicebus.localhost" });
});
