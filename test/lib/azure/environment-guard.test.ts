import { expect, test } from "vitest";
import { guardEnvironment } from "../../../src/lib/azure/environment-guard.ts";
import { azureClouds, type CloudEndpoints } from "../../../src/lib/domain/cloud-endpoints.ts";

const sandbox: CloudEndpoints = {
  ...azureClouds.public,
  name: "sandbox",
  sandbox: { serviceBusEndpoint: "sb://localhost:1", managedIdentityEndpoint: "http://127.0.0.1:1", caFile: "/ca.pem" },
};

const dangerous = [
  { NODE_TLS_REJECT_UNAUTHORIZED: "0" },
  { AZURE_AUTHORITY_HOST: "https://login.evil.example" },
  { AZURE_POD_IDENTITY_AUTHORITY_HOST: "http://169.254.1.1" },
  { AZURE_REGIONAL_AUTHORITY_NAME: "evil" },
  { AZURE_IDENTITY_DISABLE_MULTITENANTAUTH: "true" },
  { NODE_DEBUG: "fetch,undici" },
  { NODE_DEBUG: "*" },
];

test.each(dangerous)("a live cloud refuses %o and names the variable", (env) => {
  for (const cloud of Object.values(azureClouds))
    expect(() => guardEnvironment(cloud, env)).toThrow(
      expect.objectContaining({
        kind: "usage",
        code: "UnsafeEnvironment",
        message: expect.stringContaining(Object.keys(env)[0] ?? ""),
      }),
    );
});

test.each(dangerous)("the sandbox accepts %o", (env) => {
  expect(() => guardEnvironment(sandbox, env)).not.toThrow();
});

test("harmless values are accepted: unset, empty, checks on, the cloud's own authority", () => {
  const harmless = [
    {},
    { AZURE_AUTHORITY_HOST: "" },
    { NODE_TLS_REJECT_UNAUTHORIZED: "1" },
    { NODE_DEBUG: "timer" },
    { AZURE_AUTHORITY_HOST: azureClouds.public.authorityHost },
    { AZURE_AUTHORITY_HOST: `${azureClouds.public.authorityHost}/` },
  ];
  for (const env of harmless) expect(() => guardEnvironment(azureClouds.public, env)).not.toThrow();
});
