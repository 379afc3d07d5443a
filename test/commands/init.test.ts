import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { init } from "../../src/commands/init.ts";
import type { Context } from "../../src/lib/cli/context.ts";
import { guid, tenantReference } from "../../src/lib/tenancy/customer.ts";
import { bareContext } from "../fakes/bare-context.ts";
import { openFolder } from "../fakes/folder.ts";
import { createMemoryCloud } from "../fakes/memory-cloud.ts";
import { fakeTerminal } from "../fakes/terminal.ts";

async function newcomer() {
  const folder = await openFolder();
  const memory = createMemoryCloud();
  const terminal = fakeTerminal({ workingDirectory: folder.path });
  const context: Context = { ...bareContext(), cloud: memory.cloud, terminal };
  const document = async (name: string) => JSON.parse(await readFile(join(folder.path, name), "utf8"));
  return { ...folder, context, memory, document };
}

const tenant = tenantReference("acme.example");
const app = guid("22222222-2222-4222-8222-222222222222");

test("the app is registered before the config that names it, and only once", async () => {
  await using given = await newcomer();
  const { context, document } = given;

  const first = await init(context, { out: "one.json", tenant, createApp: "Contoso orders", credential: "none" });
  const second = await init(context, { out: "two.json", tenant, createApp: "Contoso orders" });

  expect([first.app, second.app]).toEqual(["created", "existing"]);
  expect(second.clientId).toBe(first.clientId);
  expect(await document("one.json")).toMatchObject({
    provider: { clientId: first.clientId, tenantId: "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa" },
  });
  expect((await document("one.json")).provider).not.toHaveProperty("credential");
});

test("a file that is there is replaced by force only, and an app is not registered for nothing", async () => {
  await using given = await newcomer();
  const { context, memory } = given;
  await init(context, { out: "x.json", tenant, clientId: app });

  await expect(init(context, { out: "x.json", tenant, createApp: "Contoso" })).rejects.toMatchObject({
    kind: "conflict",
    code: "ConfigExists",
  });
  expect(await memory.apps.registrations.find({ uniqueName: "xtenant" })).toBeUndefined();
  expect(await init(context, { out: "x.json", tenant, clientId: app, force: true })).toMatchObject({ app: "adopted" });
});

test("an app that is there and one to be made exclude each other; without a terminal the missing option is named", async () => {
  await using given = await newcomer();
  const { context } = given;

  await expect(init(context, { out: "x.json", tenant, clientId: app, createApp: "y" })).rejects.toMatchObject({
    kind: "usage",
  });
  await expect(init(context, { out: "x.json", tenant })).rejects.toMatchObject({
    code: "OptionMissing",
    message: expect.stringMatching(/--client-id/),
  });
  expect(await given.names()).toEqual([]);
});
