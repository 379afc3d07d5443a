import { expect, test } from "vitest";
import type { AzureServices } from "../../../src/lib/ports/azure-services.ts";
import { lazyAzureServices } from "../../../src/lib/ports/lazy-azure-services.ts";

test("the cloud is loaded at the first question, once, and each method reaches its own", async () => {
  let loads = 0;
  const azure = lazyAzureServices(async () => {
    loads += 1;
    return Object.fromEntries(Object.keys(azure).map((name) => [name, async () => name])) as unknown as AzureServices;
  });
  expect(loads).toBe(0);
  for (const [name, method] of Object.entries(azure)) expect(await (method as () => Promise<unknown>)()).toBe(name);
  expect(loads).toBe(1);
});
