import { expect, test } from "vitest";
import type { Cloud } from "../../../src/lib/ports/azure-services.ts";
import { cloudOnDemand } from "../../../src/lib/ports/lazy-azure-services.ts";

test("the cloud is loaded at the first question, once, and each method reaches its own", async () => {
  let loads = 0;
  const cloud = cloudOnDemand(async () => {
    loads += 1;
    return Object.fromEntries(Object.keys(cloud).map((name) => [name, async () => name])) as unknown as Cloud;
  });
  expect(loads).toBe(0);
  for (const [name, method] of Object.entries(cloud)) expect(await (method as () => Promise<unknown>)()).toBe(name);
  expect(loads).toBe(1);
});
