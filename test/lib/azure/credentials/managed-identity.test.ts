import { expect, test } from "vitest";
import { remedyOf } from "../../../../src/cli/remedies/remedies.ts";
import { withoutIdentity } from "../../../../src/lib/azure/credentials/managed-identity.ts";
import { asFailure, Failure } from "../../../../src/lib/errors/failure.ts";

const laptop = { env: {}, isSandbox: false };
const unavailable = Object.assign(new Error("no\n endpoint"), { name: "CredentialUnavailableError" });
const unreachable = Object.assign(new Error("connect ENETUNREACH 169.254.169.254:80"), { code: "ENETUNREACH" });
const page = new Failure("ForeignAnswer", "169.254.169.254 answered HTTP 403", { detail: "denied" });

test.each([
  ["the identity library", unavailable, "no endpoint"],
  ["the network", unreachable, "connect ENETUNREACH 169.254.169.254:80"],
  ["a proxy", page, "denied"],
])(
  "a machine outside Azure has no managed identity, as %s says, and the remedy is another kind",
  (_, error, detail) => {
    const failure = asFailure(withoutIdentity(error, laptop, "ManagedIdentityUnavailable"));

    expect(failure).toMatchObject({ code: "ManagedIdentityUnavailable", kind: "auth", actor: "operator", detail });
    expect(remedyOf(failure)).toContain("xtenant app credential add --certificate --use");
  },
);

test("an endpoint that the platform names, the sandbox's, and a refusal of Entra keep their own failures", () => {
  const refused = new Failure("AADSTS700016");
  const service = { ...laptop, env: { IDENTITY_ENDPOINT: "http://127.0.0.1:41741/msi/token" } };

  expect(withoutIdentity(unreachable, service, "ManagedIdentityUnavailable")).toBe(unreachable);
  expect(withoutIdentity(unreachable, { ...laptop, isSandbox: true }, "ManagedIdentityUnavailable")).toBe(unreachable);
  expect(withoutIdentity(refused, laptop, "ManagedIdentityUnavailable")).toBe(refused);
});
