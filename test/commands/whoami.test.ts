import { expect, test } from "vitest";
import { onboard } from "../../src/commands/onboard.ts";
import { whoami } from "../../src/commands/whoami.ts";
import { customerName } from "../../src/lib/tenancy/customer.ts";
import { fakeContext } from "../fakes/context.ts";

test("says who is who in each tenant, in the order of the config, and why one is nobody", async () => {
  const { context, customer } = fakeContext();
  await Array.fromAsync(onboard(context, customerName("fabrikam"), { provision: true, timeout: 1_000 }));

  const identities = await Array.fromAsync(whoami(context, []));

  expect(identities).toMatchObject([
    { customer: "acme", credential: "managed-identity", error: { code: "AADSTS700016" } },
    {
      customer: "fabrikam",
      tenantId: customer("fabrikam").tenantId,
      principalId: expect.any(String),
      expiresAt: expect.any(String),
    },
    { customer: "tailspin", error: { kind: "auth" } },
  ]);
  expect(JSON.stringify(identities)).not.toMatch(/eyJ/);
});
