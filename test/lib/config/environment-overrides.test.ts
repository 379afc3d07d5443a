import { describe, expect, test } from "vitest";
import type { ConfigDocument } from "../../../src/lib/config/config-schema.ts";
import { applyEnvironment } from "../../../src/lib/config/environment-overrides.ts";
import { configDocument, ids } from "../../fakes/config-document.ts";

const { provider, ...rest } = configDocument();
const { credential: _, ...withoutCredential } = provider;
const other = "d0000000-0000-4000-8000-000000000001";

describe("an identifier of the environment", () => {
  test.each([
    ["XTENANT_TENANT_ID", "tenantId"],
    ["XTENANT_CLIENT_ID", "clientId"],
  ])("%s replaces provider.%s, and is reported", (variable, key) => {
    const { document, overrides } = applyEnvironment(configDocument(), { [variable]: other });

    expect(document).toEqual({ ...rest, provider: { ...provider, [key]: other } });
    expect(overrides).toEqual([{ variable, path: `provider.${key}` }]);
  });

  test.each([
    ["AZURE_TENANT_ID", "tenantId"],
    ["AZURE_CLIENT_ID", "clientId"],
  ] as const)("%s fills provider.%s in, and never replaces it", (variable, key) => {
    const { [key]: _left, ...without } = provider;
    const filled = applyEnvironment({ ...rest, provider: without } as unknown as ConfigDocument, { [variable]: other });

    expect(filled.document.provider).toEqual({ ...without, [key]: other });
    expect(filled.overrides).toEqual([{ variable, path: `provider.${key}` }]);
    expect(applyEnvironment(configDocument(), { [variable]: other })).toEqual({
      document: configDocument(),
      overrides: [],
    });
  });

  test("with the tool's own name wins over Azure's", () => {
    const { overrides } = applyEnvironment(configDocument(), { AZURE_TENANT_ID: ids.acme, XTENANT_TENANT_ID: other });

    expect(overrides).toEqual([{ variable: "XTENANT_TENANT_ID", path: "provider.tenantId" }]);
  });

  test.each([
    ["that is empty", ""],
    ["that says the same in capitals", ids.contoso.toUpperCase()],
  ])("%s changes nothing, and nothing is reported", (_what, value) => {
    expect(applyEnvironment(configDocument(), { XTENANT_TENANT_ID: value })).toEqual({
      document: configDocument(),
      overrides: [],
    });
  });

  test("never changes a customer's tenant", () => {
    const { document } = applyEnvironment(configDocument(), { XTENANT_TENANT_ID: other });

    expect(document.customers).toEqual(configDocument().customers);
  });
});

describe("a credential of the environment", () => {
  const everything = {
    AZURE_FEDERATED_TOKEN_FILE: "/run/token",
    AZURE_CLIENT_CERTIFICATE_PATH: "/run/app.pem",
    AZURE_CLIENT_SECRET: "s3cret",
  };
  const { AZURE_FEDERATED_TOKEN_FILE: _token, ...withoutToken } = everything;
  const { AZURE_CLIENT_CERTIFICATE_PATH: _certificate, ...onlySecret } = withoutToken;

  test.each([
    ["AZURE_FEDERATED_TOKEN_FILE", everything, { kind: "workload-identity", assertionFile: "/run/token" }],
    ["AZURE_CLIENT_CERTIFICATE_PATH", withoutToken, { kind: "certificate", certificateFile: "/run/app.pem" }],
    ["AZURE_CLIENT_SECRET", onlySecret, { kind: "secret", secretEnv: "AZURE_CLIENT_SECRET" }],
  ])("is filled in from %s where the config names none", (variable, env, credential) => {
    const { document, overrides } = applyEnvironment({ ...rest, provider: withoutCredential }, env);

    expect(document.provider.credential).toEqual(credential);
    expect(overrides).toEqual([{ variable, path: "provider.credential" }]);
  });

  test("never replaces the one that the config names", () => {
    expect(applyEnvironment(configDocument(), everything)).toEqual({ document: configDocument(), overrides: [] });
  });

  test("never brings a secret's text into the config", () => {
    const applied = applyEnvironment({ ...rest, provider: withoutCredential }, onlySecret);

    expect(JSON.stringify(applied)).not.toContain("s3cret");
  });
});

test("the document that was read stays as it was", () => {
  const document = configDocument();

  applyEnvironment(document, { XTENANT_TENANT_ID: other });

  expect(document).toEqual(configDocument());
});

test("Azure's variables apply to an administrator of the kind environment, not to the provider", () => {
  const document = {
    ...rest,
    provider: withoutCredential,
    customers: { acme: { ...rest.customers.acme, administrator: { kind: "environment" as const } } },
  };
  const env = { AZURE_TENANT_ID: other, AZURE_CLIENT_ID: other, AZURE_CLIENT_SECRET: "s" };

  expect(applyEnvironment(document, env)).toEqual({ document, overrides: [] });
  expect(applyEnvironment(document, { ...env, XTENANT_CLIENT_ID: other }).overrides).toEqual([
    { variable: "XTENANT_CLIENT_ID", path: "provider.clientId" },
  ]);
});
