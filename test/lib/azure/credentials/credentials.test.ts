import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { createCredentials } from "../../../../src/lib/azure/credentials/credentials.ts";
import { type Config, parseConfig } from "../../../../src/lib/config/config.ts";
import { findCustomer } from "../../../../src/lib/config/select-customers.ts";
import { parseCustomerName, parseTenantId } from "../../../../src/lib/domain/customer.ts";
import { configDocument, ids, withValue } from "../../../fakes/config-document.ts";
import { openFolder } from "../../../fakes/folder.ts";

const acmeTenant = parseTenantId(ids.acme);

function config(path: string, identity: unknown, folder = "/etc/contoso"): Config {
  const parsed = parseConfig(withValue(configDocument(), path, identity), join(folder, "xtenant.json"));
  if ("provider" in parsed) return parsed;
  throw new Error(JSON.stringify(parsed));
}

async function credentialsOf(parsed: Config, env: Readonly<Record<string, string>> = {}) {
  const lines: string[] = [];
  const log = { ask: () => {}, info: (line: string) => lines.push(line), debug: (line: string) => lines.push(line) };
  return { credentials: createCredentials(parsed, { env, log }), lines };
}

describe("the provider's app", () => {
  test("without a credential in the config fails and names the key to set", async () => {
    const { credentials } = await credentialsOf(config("provider.credential", undefined));

    await expect(credentials.providerIn(acmeTenant)).rejects.toMatchObject({ kind: "auth", code: "CredentialMissing" });
  });

  test("is one identity for each tenant, created once and logged by its kind, never with its secret", async () => {
    await using folder = await openFolder();
    await writeFile(join(folder.path, "app.secret"), "v3ry~s3cret");
    const parsed = config("provider.credential", { kind: "secret", secretFile: "app.secret" }, folder.path);
    const { credentials, lines } = await credentialsOf(parsed);

    const [one, again] = [await credentials.providerIn(acmeTenant), await credentials.providerIn(acmeTenant)];
    const other = await credentials.providerIn(parseTenantId(ids.fabrikam));

    expect(one.kind).toBe("secret");
    expect(again).toBe(one);
    expect(other).not.toBe(one);
    expect(lines).toEqual([
      `identity: the provider's app ${ids.app} in tenant ${ids.acme}, by secret`,
      `identity: the provider's app ${ids.app} in tenant ${ids.fabrikam}, by secret`,
    ]);
  });

  test("fails with the name of the variable when its secret is missing", async () => {
    const parsed = config("provider.credential", { kind: "secret", secretEnv: "CONTOSO_SECRET" });
    const { credentials } = await credentialsOf(parsed, { OTHER: "v3ry~s3cret" });

    const failure = await credentials.providerIn(acmeTenant).catch((error: unknown) => error);

    expect(failure).toMatchObject({ kind: "auth", code: "SecretMissing" });
    expect(inspect(failure, { depth: 9 })).not.toContain("v3ry~s3cret");
  });
});

describe("a customer's responder", () => {
  const acmeOf = (parsed: Config) => findCustomer(parsed, parseCustomerName("acme"));

  test("that the config does not name is never replaced by the provider's app", async () => {
    const parsed = config("customers.acme.responder", undefined);
    const { credentials } = await credentialsOf(parsed);

    await expect(credentials.responderOf(acmeOf(parsed))).rejects.toMatchObject({
      kind: "auth",
      code: "ResponderMissing",
      actor: "customer's administrator",
      params: { customer: "acme" },
    });
  });

  test("is logged by its kind", async () => {
    const parsed = config("customers.acme.responder", { kind: "secret", clientId: ids.principal, secretEnv: "WORKER" });
    const { credentials, lines } = await credentialsOf(parsed, { WORKER: "v3ry~s3cret" });

    expect(await credentials.responderOf(acmeOf(parsed))).toMatchObject({ kind: "secret" });
    expect(lines).toEqual([`identity: acme's responder in tenant ${ids.acme}, by secret`]);
  });
});
