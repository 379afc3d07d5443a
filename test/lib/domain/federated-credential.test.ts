import { expect, test } from "vitest";
import { azureClouds } from "../../../src/lib/domain/cloud-endpoints.ts";
import { parseGuid, parseTenantId } from "../../../src/lib/domain/customer.ts";
import {
  credentialName,
  gitHubRepository,
  gitHubTrust,
  issuerTrust,
  issuerUrl,
  managedIdentityTrust,
} from "../../../src/lib/domain/federated-credential.ts";

const { public: cloud, china, usgovernment } = azureClouds;
const identity = parseGuid("66666666-6666-4666-8666-666666666666");
const tenant = parseTenantId("11111111-1111-4111-8111-111111111111");

test.each([
  ["contoso/orders", { branch: "main" }, "repo:contoso/orders:ref:refs/heads/main"],
  ["contoso/orders", { tag: "v1.2" }, "repo:contoso/orders:ref:refs/tags/v1.2"],
  ["contoso/orders", { environment: "prod" }, "repo:contoso/orders:environment:prod"],
  ["contoso/orders", { environment: "eu:prod" }, "repo:contoso/orders:environment:eu%3Aprod"],
  ["contoso/orders", { pullRequest: true }, "repo:contoso/orders:pull_request"],
  ["contoso@5544/orders@8210", { branch: "main" }, "repo:contoso@5544/orders@8210:ref:refs/heads/main"],
] as const)("GitHub's subject of %s with %o is %s", (repository, runs, subject) => {
  expect(gitHubTrust(cloud, gitHubRepository(repository), runs)).toMatchObject({
    subject,
    issuer: "https://token.actions.githubusercontent.com",
  });
});

test.each(["contoso", "contoso/", "contoso@1/orders", "contoso/orders@2", "a/b/c", "a b/c"])(
  "'%s' is no repository",
  (text) => {
    expect(() => gitHubRepository(text)).toThrow(/owner/);
  },
);

test("each cloud has its own issuer and audience", () => {
  expect(managedIdentityTrust(china, tenant, identity)).toMatchObject({
    issuer: `https://login.partner.microsoftonline.cn/${tenant}/v2.0`,
    audience: "api://AzureADTokenExchangeChina",
  });
  expect(managedIdentityTrust(usgovernment, tenant, identity).audience).toBe("api://AzureADTokenExchangeUSGov");
});

test("the same issuer and subject get the same name, others another", () => {
  const trust = (subject: string) => issuerTrust(cloud, "oidc", { issuer: "https://issuer.example/", subject });

  expect(trust("a")).toEqual(trust("a"));
  expect(trust("a").name).not.toBe(trust("b").name);
  expect(credentialName(trust("a").name)).toBe(trust("a").name);
});

test("an issuer is kept to the letter, its last slash too", () => {
  expect(issuerUrl("https://oidc.example/cluster/")).toBe("https://oidc.example/cluster/");
  expect(() => issuerUrl("http://oidc.example")).toThrow(/https/);
  expect(() => issuerUrl("cluster")).toThrow(/https/);
});
