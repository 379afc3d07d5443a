import { join } from "node:path";
import { expect, test } from "vitest";
import { renderAccessFile } from "../../../src/lib/onboarding/emit/access-files.ts";
import type { Creates } from "../../../src/lib/onboarding/emit/access-request.ts";
import { type EmitForm, emitForms } from "../../../src/lib/onboarding/emit/emit-forms.ts";
import { configOf } from "../../fakes/context.ts";

const ids = {
  provider: "11111111-1111-4111-8111-111111111111",
  app: "22222222-2222-4222-8222-222222222222",
  tenant: "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
};

const config = (changes: object = {}) =>
  configOf({
    provider: {
      tenantId: ids.provider,
      clientId: ids.app,
      credential: { kind: "secret", secretFile: "canary-secret-file" },
    },
    customers: {
      acme: {
        tenantId: ids.tenant,
        namespace: "acme-bus.servicebus.windows.net",
        statusQueue: "status/eu",
        subscriptionId: ids.tenant,
        resourceGroup: "messaging",
        ...changes,
      },
    },
  });

const textOf = (form: EmitForm, changes: object = {}, creates: Creates = "nothing") => {
  const parsed = config(changes);
  const [acme] = parsed.customers.values();
  if (!acme) throw new Error("acme is missing");
  return renderAccessFile(parsed, acme, form, creates).text;
};

/** The link's state is random. */
const settled = (text: string) => text.replace(/state=\S+/, "state=…");

test.each(emitForms)("%s is as it was reviewed", async (form) => {
  await expect(settled(textOf(form))).toMatchFileSnapshot(
    join(import.meta.dirname, "../../golden/emit", `${form}.txt`),
  );
});

test.each(emitForms)("%s pins the tenant, names the app, and holds no secret", (form) => {
  const text = textOf(form);

  expect(text).toContain(ids.tenant);
  expect(text).toContain(ids.app);
  expect(text).not.toContain("canary");
});

test.each(["az", "bicep", "terraform", "portal"] as const)(
  "%s asks for no more than a sender and a receiver, each on its queue",
  (form) => {
    const text = textOf(form);

    expect(text).not.toMatch(/Data Owner|090c5cfd/);
    expect(text).toMatch(/commands/);
    expect(text).toMatch(/status[/~]eu/);
  },
);

const making = (["az", "bicep", "terraform", "portal"] as const).flatMap((form) =>
  (["queues", "namespace"] as const).map((creates) => ({ form, creates })),
);

test.each(making)("$form that makes the $creates, too, is as it was reviewed", async ({ form, creates }) => {
  await expect(settled(textOf(form, {}, creates))).toMatchFileSnapshot(
    join(import.meta.dirname, "../../golden/emit", `${form}-${creates}.txt`),
  );
});

test.each(["delegation", "functions"] as const)("%s makes neither queues nor a namespace", (form) => {
  expect(() => textOf(form, {}, "queues")).toThrow(expect.objectContaining({ kind: "usage" }));
});

test("the Terraform file names the cloud when it is not the public one", () => {
  const parsed = configOf({
    cloud: "china",
    provider: { tenantId: ids.provider, clientId: ids.app },
    customers: { acme: { tenantId: ids.tenant, namespace: "acme-bus.servicebus.chinacloudapi.cn" } },
  });
  const [acme] = parsed.customers.values();

  expect(acme && renderAccessFile(parsed, acme, "terraform").text.match(/environment +=.*/g)).toEqual([
    'environment = "china"',
    'environment     = "china"',
  ]);
});

test("what the config does not know is left to the administrator, visibly", () => {
  expect(textOf("az", { subscriptionId: undefined, resourceGroup: undefined })).toMatch(
    /<subscription id>[\s\S]*<resource group>/,
  );
});

test("text from the config cannot become code", () => {
  const resourceGroup = "a(b)";

  expect(textOf("az", { resourceGroup })).toContain("group=$subscription'/resourceGroups/a(b)'");
  expect(textOf("terraform", { resourceGroup })).toContain('"a(b)"');
});
