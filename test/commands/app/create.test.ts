import { utimes } from "node:fs/promises";
import { expect, test } from "vitest";
import { create } from "../../../src/commands/app/create.ts";
import { show } from "../../../src/commands/app/show.ts";
import { providerAtWork } from "../../fakes/provider-at-work.ts";

const options = { name: "Contoso orders", uniqueName: "orders" };

test("the app is created once, and the config is changed only when asked", async () => {
  await using work = await providerAtWork();
  const before = await work.text();

  const first = await create(work.context(), options);
  const second = await create(work.context(), options);

  expect(first).toMatchObject({ outcome: "created", servicePrincipal: "created", drift: [] });
  expect(second).toEqual({ ...first, outcome: "existing", servicePrincipal: "existing" });
  expect(first.configuredClientId).not.toBe(first.clientId);
  expect(await work.text()).toBe(before);

  const used = await create(work.context(), { ...options, use: true, yes: true });

  expect(JSON.parse(await work.text()).provider).toMatchObject({
    clientId: first.clientId,
    credential: { kind: "managed-identity" },
  });
  expect(used.configuredClientId).toBe(first.clientId);
});

test("another app for customers in the config needs --yes in a script, and nothing is changed without it", async () => {
  await using work = await providerAtWork();
  const before = await work.text();

  const refused = create(work.context(), { ...options, use: true });

  await expect(refused).rejects.toMatchObject({
    code: "UsageMissingOption",
    message: expect.stringMatching(/^--yes .*acme/),
  });
  expect(work.said.join()).toContain("each must consent again to the new app");
  expect(await work.text()).toBe(before);
  expect(await work.memory.apps.registrations.find({ uniqueName: options.uniqueName })).toBeUndefined();
});

test("the app that the config already names needs no --yes, and --provider-name writes the provider's name", async () => {
  await using work = await providerAtWork();
  await create(work.context(), { ...options, use: true, yes: true });
  const named = await create(work.context(), { ...options, use: true, providerName: "Contoso Ltd" });

  expect(named.outcome).toBe("existing");
  expect(JSON.parse(await work.text()).provider).toMatchObject({ name: "Contoso Ltd", clientId: named.clientId });
});

test("missing settings are added; additional settings are listed and kept", async () => {
  await using work = await providerAtWork();
  const { registrations } = work.memory.apps;
  await registrations.create("orders", {
    displayName: "Contoso orders",
    redirectUris: ["https://contoso.example/forgotten"],
  });

  const updated = await create(work.context(), { ...options, use: true, yes: true });
  const shown = await show(work.context());

  const drift = [{ property: "redirectUris", found: "https://contoso.example/forgotten", wanted: "nothing beyond" }];
  expect(updated).toMatchObject({ outcome: "updated", drift });
  expect(shown).toMatchObject({
    drift,
    locked: true,
    audience: "AzureADMultipleOrgs",
    redirectUris: [
      "https://contoso.example/forgotten",
      "http://localhost/xtenant/consent",
      "https://entra.microsoft.com",
    ],
  });
});

test("an app that does not exist in the tenant is named, with the remedy", async () => {
  await using work = await providerAtWork();
  await work.context().config.change(({ provider, ...rest }) => ({
    ...rest,
    provider: { ...provider, clientId: "99999999-9999-4999-8999-999999999999" },
  }));

  await utimes(work.file, 0, 0);

  await expect(show(work.context())).rejects.toMatchObject({ kind: "notFound", code: "AppNotFound" });
});

test("an app that the config has just named may be new: the command waits until the directory shows it", async () => {
  await using work = await providerAtWork();
  const { registrations } = work.memory.apps;
  let asked = 0;
  const azure = {
    ...work.context().azure,
    appRegistrations: async () => ({
      ...registrations,
      find: async (app: Parameters<typeof registrations.find>[0]) =>
        ++asked < 3 ? undefined : registrations.find(app),
    }),
  };

  expect(await show({ ...work.context(), azure })).toMatchObject({ displayName: "Contoso xtenant" });
  expect(asked).toBe(3);
  expect(work.said.join()).toMatch(/it may be new: waiting/);
});
