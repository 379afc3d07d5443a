import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { environmentVariables } from "../../../../src/cli/help/environment-variables.ts";
import { credentialOf, initCredentialKinds } from "../../../../src/cli/terminal/init-prompts.ts";
import { federatedTrustNames } from "../../../../src/lib/app-registration/federated-trust.ts";
import {
  administratorUses,
  credentialKinds,
  credentialVariables,
  providerUses,
} from "../../../../src/lib/azure/credentials/credential-registry.ts";
import { parseConfig } from "../../../../src/lib/config/config.ts";
import { configKeys } from "../../../../src/lib/config/config-keys.ts";
import { applyEnvironment } from "../../../../src/lib/config/environment-overrides.ts";
import { reasonsFor } from "../../../../src/lib/config/identity-reasons.ts";
import { findCustomer } from "../../../../src/lib/config/select-customers.ts";
import { parseCustomerName } from "../../../../src/lib/domain/customer.ts";
import { configDocument, withValue } from "../../../fakes/config-document.ts";

const root = join(import.meta.dirname, "../../../..");
const folder = join(root, "src/lib/azure/credentials");
const guide = readFileSync(join(root, "docs/onboarding-provider.md"), "utf8");

const configOf = (credential: unknown) => {
  const config = parseConfig(withValue(configDocument(), "provider.credential", credential), "/etc/xtenant.json");
  if (!("provider" in config)) throw new Error(JSON.stringify(config));
  return config;
};

test("each kind is registered once, and is a file of its name", () => {
  const names = credentialKinds.map(({ kind }) => kind);

  expect(new Set(names).size).toBe(names.length);
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(names.map((name) => `${name}.ts`)));
});

test("no file of a kind loads zod or an SDK when it is imported", () => {
  const imports = credentialKinds.flatMap(({ kind }) => {
    const text = readFileSync(join(folder, `${kind}.ts`), "utf8");
    return [...text.matchAll(/^import (?!type).* from "([^."][^"]*)";$/gm)].map(([, name]) => name);
  });

  expect(imports).toEqual([]);
});

describe.each(providerUses)("the provider's credential of kind $kind", ({ kind, use }) => {
  const credentialSetting = "value-of-the-operator";

  test("is offered by init, whose answer is a credential that the config accepts", () => {
    const credential = credentialOf({ credential: kind, credentialSetting });

    expect(initCredentialKinds).toContain(kind);
    expect(configOf(credential).provider.credential).toMatchObject({ kind });
    if (use.init.question !== undefined) expect(JSON.stringify(credential)).toContain(credentialSetting);
  });

  test("is in the schema and in the documentation of the config", () => {
    expect(configKeys().map(({ path }) => path)).toContain(`provider.credential (${kind}).kind`);
    expect(guide).toContain(`\`${kind}\``);
  });

  test("says where its proof comes from", () => {
    const config = configOf(credentialOf({ credential: kind, credentialSetting }));
    const customer = findCustomer(config, parseCustomerName("acme"));

    expect(reasonsFor(config, customer)).toContainEqual({
      what: "proof",
      is: expect.stringMatching(/./),
      from: expect.stringMatching(/./),
    });
  });

  test("can be trusted by the app when a platform signs its proof", () => {
    if (use.proof === "federated" && use.trust) expect(federatedTrustNames).toContain(use.trust.name);
    else expect(["certificate", "secret"]).toContain(use.proof);
  });

  test("is filled in from its variable where the config names no credential", () => {
    const { variable } = use.fromEnvironment ?? {};
    if (variable === undefined) return;
    const document = withValue(configDocument(), "provider.credential", undefined) as Parameters<
      typeof applyEnvironment
    >[0];

    expect(applyEnvironment(document, { [variable]: "value" }).document.provider.credential).toMatchObject({ kind });
    expect(credentialVariables.map(({ name }) => name)).toContain(variable);
  });
});

test("init offers every kind of the provider's credential, and none", () => {
  expect(initCredentialKinds).toEqual([...providerUses.map(({ kind }) => kind), "none"]);
});

test("every variable of a kind is in help environment", () => {
  const names = environmentVariables.map(({ name }) => name);

  expect(names).toEqual(expect.arrayContaining(credentialVariables.map(({ name }) => name)));
});

test.each(administratorUses)("the schema knows the administrator of kind $kind", ({ kind }) => {
  expect(configKeys().map(({ path }) => path)).toContain(`provider.administrator (${kind}).kind`);
});
