import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../src/lib/config/config.ts";
import { configDocument, ids, withValue } from "../../fakes/config-document.ts";

const problems = (path: string, identity: unknown) => {
  const result = parseConfig(withValue(configDocument(), path, identity), "/etc/contoso/xtenant.json");
  return "provider" in result ? [] : result;
};

describe("a problem of an identity is reported for the kind that it names", () => {
  test.each([
    ["provider.credential", { kind: "secret" }, ["secretFile"]],
    ["provider.credential", { kind: "secret", secretFile: "a", secretEnv: "B" }, ["secretEnv"]],
    ["provider.credential", { kind: "secret", secretEnv: "not a name" }, ["secretEnv"]],
    ["provider.credential", { kind: "certificate" }, ["certificateFile"]],
    ["provider.credential", { kind: "certificate", certificateFile: "" }, ["certificateFile"]],
    ["provider.credential", { kind: "workload-identity" }, ["assertionFile"]],
    ["provider.credential", { kind: "managed-identity", secretFile: "x" }, ["secretFile"]],
    ["provider.credential", { kind: "azure-cli" }, ["kind"]],
    ["provider.administrator", { kind: "secret", secretFile: "x" }, ["clientId"]],
    ["provider.administrator", { kind: "certificate", certificateFile: "x", clientId: "x" }, ["clientId"]],
    ["customers.acme.administrator", { kind: "browser", clientId: ids.app }, ["clientId"]],
    ["customers.acme.administrator", { kind: "managed-identity" }, ["kind"]],
    ["customers.acme.responder", { kind: "browser" }, ["kind"]],
    [
      "customers.acme.responder",
      { kind: "managed-identity", managedIdentityClientId: "x" },
      ["managedIdentityClientId"],
    ],
  ])("%s = %j", (path, identity, keys) => {
    expect(problems(path, identity).map((problem) => problem.path)).toEqual(keys.map((key) => `${path}.${key}`));
  });
});

describe("a secret in the config", () => {
  const secret = "v3ry~s3cret.v4lue";

  test.each([
    ["secret", { kind: "secret", secret }],
    ["clientSecret", { kind: "secret", secretFile: "app.secret", clientSecret: secret }],
    ["password", { kind: "certificate", certificateFile: "app.pem", password: secret }],
  ])("is refused by the name of its key (%s), and not repeated", (key, credential) => {
    const reported = problems("provider.credential", credential);

    expect(reported).toContainEqual({
      path: `provider.credential.${key}`,
      expected: "unknown key; remove it or check its spelling",
    });
    expect(JSON.stringify(reported)).not.toContain(secret);
  });

  test("in the place of a variable's name is refused, and not repeated", () => {
    const reported = problems("provider.credential", { kind: "secret", secretEnv: secret });

    expect(reported).toEqual([
      { path: "provider.credential.secretEnv", expected: "expected the name of an environment variable" },
    ]);
  });
});
