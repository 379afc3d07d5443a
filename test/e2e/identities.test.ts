import { execFile } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { personInBrowser } from "./person-in-browser.ts";
import { launch, openSandbox, xtenant } from "./xtenant.ts";

let sandbox: Awaited<ReturnType<typeof openSandbox>>;
beforeAll(async () => {
  sandbox = await openSandbox();
  await sandbox.x("onboard", "acme", "--provision");
  await sandbox.x("grant", "acme", "--role", "data-owner", "--wait");
}, 60_000);
afterAll(() => sandbox[Symbol.asyncDispose]());

type Document = { provider: Record<string, unknown>; customers: Record<string, Record<string, unknown>> };

/** The sandbox's config with changes, beside the original. */
async function variant(name: string, edit: (document: Document) => void): Promise<string> {
  const document: Document = JSON.parse(await readFile(sandbox.config, "utf8"));
  edit(document);
  const file = join(sandbox.folder, `${name}.json`);
  await writeFile(file, JSON.stringify(document));
  return file;
}

const withCredential = (name: string, credential: unknown) =>
  variant(name, ({ provider }) => {
    provider.credential = credential;
  });

const credentials = [
  { kind: "secret", secretFile: "secrets/provider" },
  { kind: "certificate", certificateFile: "secrets/provider.pem" },
  { kind: "certificate", certificateFile: "secrets/provider.pem", sendCertificateChain: true },
  { kind: "workload-identity", assertionFile: "secrets/provider.jwt" },
];

test.each(credentials)("the app authenticates with $kind, and --verbose reports it", async (credential) => {
  const config = await withCredential("kind", credential);
  const { exitCode, stderr } = await xtenant(["--config", config, "send", "acme", "hi", "--verbose"]);

  expect(stderr).toMatch(new RegExp(`identity: the provider's app .* by ${credential.kind}`));
  expect(exitCode).toBe(0);
});

test("a secret can come from an environment variable that the config names", async () => {
  const config = await withCredential("env", { kind: "secret", secretEnv: "PROVIDER_SECRET" });
  const secret = (await readFile(join(sandbox.folder, "secrets/provider"), "utf8")).trim();
  const given = await xtenant(["--config", config, "send", "acme", "hi"], { env: { PROVIDER_SECRET: secret } });
  const missing = await xtenant(["--config", config, "send", "acme", "hi"]);

  expect(given.exitCode).toBe(0);
  expect(missing.exitCode).toBe(4);
  expect(missing.stderr).toMatch(/the environment variable PROVIDER_SECRET/);
});

test("the standard AZURE_ variables supply a credential when the config names none", async () => {
  const config = await variant("none", ({ provider }) => {
    delete provider.credential;
  });
  const secret = (await readFile(join(sandbox.folder, "secrets/provider"), "utf8")).trim();
  const filled = await xtenant(["--config", config, "send", "acme", "hi"], { env: { AZURE_CLIENT_SECRET: secret } });
  const none = await xtenant(["--config", config, "send", "acme", "hi"]);

  expect(filled.exitCode).toBe(0);
  expect(filled.stderr).toMatch(/provider\.credential comes from AZURE_CLIENT_SECRET/);
  expect(none.exitCode).toBe(4);
});

test("a GitHub job authenticates the app with its own token, without a secret", async () => {
  const assertion = await readFile(join(sandbox.folder, "secrets/provider.jwt"), "utf8");
  const github = createServer((request, response) => {
    const known = request.headers.authorization === "Bearer job" && request.url?.includes("audience=api");
    response.writeHead(known ? 200 : 401).end(JSON.stringify({ value: assertion.trim() }));
  });
  github.listen(0, "127.0.0.1");
  await once(github, "listening");
  const config = await withCredential("github", { kind: "github-actions" });
  const { port } = github.address() as AddressInfo;
  const env = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/?job=1`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "job",
  };
  const inJob = await xtenant(["--config", config, "send", "acme", "hi"], { env });
  const elsewhere = await xtenant(["--config", config, "send", "acme", "hi"]);
  github.close();

  expect([inJob.exitCode, elsewhere.exitCode]).toEqual([0, 4]);
  expect(elsewhere.stderr).toMatch(/ACTIONS_ID_TOKEN_REQUEST_URL is not set/);
});

test("a wrong secret ends with 4, names AADSTS7000215, and never shows the secret", async () => {
  const secretFile = join(sandbox.folder, "wrong-secret");
  await writeFile(secretFile, "canary-not-the-secret");
  const config = await withCredential("wrong", { kind: "secret", secretFile });
  const { exitCode, stderr } = await xtenant(["--config", config, "send", "acme", "hi", "--verbose"]);

  expect(exitCode).toBe(4);
  expect(stderr).toMatch(/AADSTS7000215/);
  expect(stderr).not.toMatch(/canary/);
});

test("no debug switch prints a token or a secret", async () => {
  const config = await withCredential("debug", { kind: "secret", secretFile: "secrets/provider" });
  const secret = (await readFile(join(sandbox.folder, "secrets/provider"), "utf8")).trim();
  const env = { DEBUG: "*", AZURE_LOG_LEVEL: "verbose" };
  const { exitCode, stdout, stderr } = await xtenant(["--config", config, "send", "acme", "hi", "--verbose"], { env });

  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/DEBUG is ignored/);
  expect(`${stdout}${stderr}`).not.toContain(secret);
  expect(`${stdout}${stderr}`).not.toMatch(/eyJ[\w-]+\.eyJ/);
});

test("a secret file that does not exist ends with 4 and names it", async () => {
  const config = await withCredential("absent", { kind: "secret", secretFile: "secrets/absent" });
  const { exitCode, stderr } = await xtenant(["--config", config, "send", "acme", "hi"]);

  expect(exitCode).toBe(4);
  expect(stderr).toMatch(/secrets\/absent: there is no such file or folder \(ENOENT\)/);
});

test("an assertion of another subject ends with 4 and names AADSTS700213", async () => {
  const config = await variant("subject", ({ provider, customers }) => {
    provider.credential = { kind: "managed-identity", ...responderOf(customers) };
  });
  const { exitCode, stderr } = await xtenant(["--config", config, "send", "acme", "hi"]);

  expect(exitCode).toBe(4);
  expect(stderr).toMatch(/AADSTS7002\d\d/);
});

const responderOf = ({ acme = {} }: Document["customers"]) => {
  const { managedIdentityClientId } = acme.responder as { managedIdentityClientId: string };
  return { managedIdentityClientId };
};

test("a token of another tenant than the customer's is refused before any service gets it", async () => {
  // The responder's identity belongs to acme's tenant: as fabrikam's responder it must not be used.
  const config = await variant("tenant", ({ customers }) => {
    Object.assign(customers.fabrikam ?? {}, { responder: { kind: "managed-identity", ...responderOf(customers) } });
  });
  const { exitCode, stderr } = await xtenant(["--config", config, "respond", "fabrikam", "--max", "1"]);

  expect(exitCode).toBe(4);
  expect(stderr).toMatch(/refused a token for tenant [0-9a-f-]{36}: it must be for tenant/);
});

test("a tenant that does not exist is reported as such, and not as a network failure", async () => {
  const config = await variant("no-tenant", ({ customers }) => {
    Object.assign(customers.fabrikam ?? {}, { tenantId: "99999999-9999-4999-8999-999999999999" });
  });
  const { exitCode, stderr } = await xtenant(["--config", config, "send", "fabrikam", "hi"]);

  expect(exitCode).toBe(4);
  expect(stderr).toMatch(/AADSTS90002/);
});

test("a namespace in another tenant than the customer's is reported as such", async () => {
  const config = await variant("issuer", ({ customers }) => {
    Object.assign(customers.acme ?? {}, { namespace: "tailspin-bus.servicebus.localhost", commandQueue: "other" });
    delete customers.tailspin;
  });
  const { exitCode, stderr } = await xtenant(["--config", config, "send", "acme", "hi"]);

  expect(exitCode).toBe(4);
  expect(stderr).toMatch(/tailspin-bus\.servicebus\.localhost does not belong to tenant/);
});

test("an administrator can be the user who is signed in to the Azure CLI", async () => {
  const bin = join(sandbox.folder, "bin");
  await mkdir(bin);
  // Replaces `az account get-access-token`: requests the administrator's own token from the sandbox.
  const secret = join(sandbox.folder, "secrets/tailspin-administrator");
  const document: Document & { cloud: { authorityHost: string; caFile: string } } = JSON.parse(
    await readFile(sandbox.config, "utf8"),
  );
  const { tenantId, administrator } = document.customers.tailspin as {
    tenantId: string;
    administrator: { clientId: string };
  };
  const script = `#!/usr/bin/env bash
scope=; while [ $# -gt 0 ]; do case $1 in --resource) scope=$2/.default; shift;; esac; shift; done
curl -sf --cacert '${join(sandbox.folder, "ca.pem")}' '${document.cloud.authorityHost}/${tenantId}/oauth2/v2.0/token' \\
  --data-urlencode grant_type=client_credentials --data-urlencode client_id='${administrator.clientId}' \\
  --data-urlencode client_secret@'${secret}' --data-urlencode "scope=$scope" |
  sed 's/"access_token"/"accessToken"/; s/}$/,"expires_on":4102444800,"tokenType":"Bearer"}/'
`;
  await writeFile(join(bin, "az"), script);
  await chmod(join(bin, "az"), 0o755);
  const config = await variant("azure-cli", ({ customers }) => {
    Object.assign(customers.tailspin ?? {}, { administrator: { kind: "azure-cli" } });
  });
  const { exitCode, stderr } = await xtenant(["--config", config, "onboard", "tailspin", "--provision", "--verbose"], {
    env: { PATH: `${bin}:${process.env.PATH}` },
  });

  expect(stderr).toMatch(/tailspin's administrator in tenant [0-9a-f-]{36}, by azure-cli/);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
});

const withAdministrator = (kind: string) =>
  variant(kind, ({ customers }) => {
    Object.assign(customers.fabrikam ?? {}, { administrator: { kind } });
  });

test("an administrator can sign in with a device code, which --quiet does not hide", async () => {
  const person = await personInBrowser(sandbox.folder);
  const config = await withAdministrator("device-code");
  const child = launch(["--config", config, "onboard", "fabrikam", "--provision", "--quiet"]);
  const lines = createInterface(child.stderr)[Symbol.asyncIterator]();
  const asked = String((await lines.next()).value);
  const [, page, code] = /(https:\S+)\S* .*code (\w+)/.exec(asked) ?? [];
  await promisify(execFile)(person, [`${page}?code=${code}`]);
  const [exitCode] = await once(child, "close");

  expect(exitCode).toBe(0);
}, 30_000);

test("an administrator can sign in with a browser", async () => {
  const config = await withAdministrator("browser");
  const { exitCode, stderr } = await xtenant(["--config", config, "grant", "fabrikam", "--verbose"], {
    env: { BROWSER: await personInBrowser(sandbox.folder) },
  });

  expect(exitCode).toBe(0);
  expect(stderr.match(/fabrikam's administrator in tenant [0-9a-f-]{36}, by browser/g)).toHaveLength(1);
}, 30_000);

test("an administrator can be the application in Azure's own variables, with its secret or its certificate", async () => {
  const config = await withAdministrator("environment");
  const { customers } = JSON.parse(await readFile(sandbox.config, "utf8"));
  const { tenantId, administrator } = customers.fabrikam;
  const secret = (await readFile(join(sandbox.folder, "secrets/fabrikam-administrator"), "utf8")).trim();
  const env = { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: administrator.clientId, AZURE_CLIENT_SECRET: secret };
  const line = ["--config", config, "onboard", "fabrikam", "--provision", "--verbose"];

  const bySecret = await xtenant(line, { env });
  const byCertificate = await xtenant(line, {
    env: { ...env, AZURE_CLIENT_CERTIFICATE_PATH: join(sandbox.folder, "secrets/provider.pem") },
  });
  const ofAnotherTenant = await xtenant(line, { env: { ...env, AZURE_TENANT_ID: customers.acme.tenantId } });
  const withoutProof = await xtenant(line, { env: { AZURE_CLIENT_ID: administrator.clientId } });

  expect(bySecret).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/administrator .*by environment/) });
  expect(bySecret.stderr).not.toMatch(/comes from AZURE_/);
  // That certificate is not on the administrator's application. The refusal shows that it was used.
  expect(byCertificate).toMatchObject({ exitCode: 4, stderr: expect.stringMatching(/AADSTS700027/) });
  expect(ofAnotherTenant).toMatchObject({ exitCode: 4, stderr: expect.stringMatching(/AZURE_TENANT_ID is/) });
  expect(withoutProof).toMatchObject({ exitCode: 4, stderr: expect.stringMatching(/no proof for AZURE_CLIENT_ID/) });
}, 30_000);
