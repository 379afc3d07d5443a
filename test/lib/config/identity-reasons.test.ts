import { expect, test } from "vitest";
import { parseConfig } from "../../../src/lib/config/config.ts";
import { reasonsFor } from "../../../src/lib/config/identity-reasons.ts";
import { findCustomer } from "../../../src/lib/config/select-customers.ts";
import { parseCustomerName } from "../../../src/lib/domain/customer.ts";
import { configDocument, ids, withValue } from "../../fakes/config-document.ts";

const file = "/etc/contoso/xtenant.json";

function reasons(credential: unknown, overrides: readonly { variable: string; path: string }[] = []) {
  const config = parseConfig(withValue(configDocument(), "provider.credential", credential), file);
  if (!("provider" in config)) throw new Error(JSON.stringify(config));
  return reasonsFor({ ...config, overrides }, findCustomer(config, parseCustomerName("acme")));
}
const proof = (credential: unknown) => reasons(credential).find(({ what }) => what === "proof");

test("each part of the identity is traced to its field of the config", () => {
  expect(reasons({ kind: "github-actions" })).toEqual([
    { what: "tenant", is: ids.acme, from: `customers.acme.tenantId in ${file}` },
    { what: "app", is: ids.app, from: `provider.clientId in ${file}` },
    { what: "credential", is: "github-actions", from: `provider.credential in ${file}` },
    {
      what: "proof",
      is: "the job's own token",
      from: "the environment variable ACTIONS_ID_TOKEN_REQUEST_URL",
    },
    {
      what: "administrator",
      is: "azure-cli",
      from: `customers.acme.administrator in ${file}, or azure-cli where that is left out`,
    },
  ]);
});

test("what the environment replaced is traced to its variable", () => {
  const overrides = [
    { variable: "AZURE_CLIENT_ID", path: "provider.clientId" },
    { variable: "AZURE_CLIENT_SECRET", path: "provider.credential" },
  ];

  expect(reasons({ kind: "secret", secretEnv: "AZURE_CLIENT_SECRET" }, overrides)).toMatchObject([
    { what: "tenant" },
    { what: "app", from: "the environment variable AZURE_CLIENT_ID" },
    { what: "credential", from: "the environment variable AZURE_CLIENT_SECRET" },
    { what: "proof", from: "the environment variable AZURE_CLIENT_SECRET" },
    { what: "administrator" },
  ]);
});

test.each([
  [{ kind: "managed-identity" }, /the only managed identity/, /identity endpoint/],
  [{ kind: "managed-identity", managedIdentityClientId: ids.principal }, new RegExp(ids.principal), /endpoint/],
  [{ kind: "workload-identity", assertionFile: "token" }, /assertion/, /^\/etc\/contoso\/token$/],
  [{ kind: "azure-pipelines", serviceConnectionId: "sc-1" }, /sc-1/, /SYSTEM_OIDCREQUESTURI/],
  [{ kind: "certificate", certificateFile: "app.pem" }, /^a certificate$/, /app\.pem/],
  [{ kind: "certificate", certificateFile: "app.pem", sendCertificateChain: true }, /x5c/, /app\.pem/],
  [{ kind: "secret", secretFile: "app.secret" }, /^a secret$/, /app\.secret/],
])("the proof of %o is named with its place", (credential, is, from) => {
  expect(proof(credential)).toEqual({
    what: "proof",
    is: expect.stringMatching(is),
    from: expect.stringMatching(from),
  });
});

test("without a credential there is nothing to prove", () => {
  expect(proof(undefined)).toBeUndefined();
  expect(reasons(undefined)).toContainEqual(expect.objectContaining({ what: "credential", is: "none" }));
});
