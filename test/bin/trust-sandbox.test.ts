import { join } from "node:path";
import { getCACertificates } from "node:tls";
import { expect, test } from "vitest";
import { trustSandbox } from "../../bin/trust-sandbox.ts";
import { azureClouds, type CloudEndpoints } from "../../src/lib/domain/cloud-endpoints.ts";
import { openFolder } from "../fakes/folder.ts";

const trusted = () => ({
  authorities: getCACertificates("default").length,
  managedIdentity: process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST,
});

test.each(Object.values(azureClouds))(
  "Azure's own cloud $name changes nothing of what this process trusts",
  async (cloud) => {
    const before = trusted();

    await trustSandbox(cloud, process.env);

    expect(trusted()).toEqual(before);
  },
);

test("a sandbox whose certificate authority cannot be read is a usage error, and nothing is trusted", async () => {
  await using folder = await openFolder();
  const caFile = join(folder.path, "ca.pem");
  const sandbox = { serviceBusEndpoint: "sb://localhost:1", managedIdentityEndpoint: "http://localhost:1", caFile };
  const cloud: CloudEndpoints = { ...azureClouds.public, sandbox };
  const before = trusted();

  await expect(trustSandbox(cloud, process.env)).rejects.toMatchObject({
    kind: "usage",
    message: `cannot read the certificate authority ${caFile}: ENOENT`,
  });
  expect(trusted()).toEqual(before);
});
