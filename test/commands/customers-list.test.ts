import { expect, test } from "vitest";
import { list } from "../../src/commands/customers/list.ts";
import { configOf, fakeContext, threeCustomers } from "../fakes/context.ts";

test("a tag lists the customers that have it; an unused tag is not found", async () => {
  const { context } = fakeContext();
  const { acme, ...others } = threeCustomers.customers;
  const config = configOf({ ...threeCustomers, customers: { ...others, acme: { ...acme, tags: { region: "eu" } } } });
  const tagged = { ...context, config: { ...context.config, read: async () => config } };
  const named = async (value: string) => Array.fromAsync(list(tagged, { tag: [["region", value]] }));

  expect((await named("eu")).map(({ customer }) => customer)).toEqual(["acme"]);
  expect(await Array.fromAsync(list(tagged, { all: true }))).toHaveLength(3);
  await expect(named("us")).rejects.toMatchObject({ kind: "notFound" });
});
