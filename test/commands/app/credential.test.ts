import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { add } from "../../../src/commands/app/credential/add.ts";
import { list } from "../../../src/commands/app/credential/list.ts";
import { remove } from "../../../src/commands/app/credential/remove.ts";
import { createCertificate } from "../../../src/lib/app-registration/create-certificate.ts";
import { expiryAfter } from "../../../src/lib/app-registration/credential-file.ts";
import { readCertificate } from "../../../src/lib/config/files/certificate-file.ts";
import { providerAtWork } from "../../fakes/provider-at-work.ts";

const subject = "66666666-6666-4666-8666-666666666666";

test("the federated credential of a managed identity names the provider's tenant and the cloud's audience, and is created once", async () => {
  await using work = await providerAtWork();

  const first = await add(work.context(), { federated: "managed-identity", subject: subject.toUpperCase() });
  const second = await add(work.context(), { federated: "managed-identity", subject, name: "another-name" });

  expect(first).toMatchObject({ outcome: "created", subject, audience: "api://AzureADTokenExchange" });
  expect(first).toMatchObject({
    issuer: "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0",
  });
  expect(second).toEqual({ ...first, outcome: "existing" });
  expect(await work.credentials()).toHaveLength(1);
});

test("a federated credential with another audience, or a name in use, is a conflict that names the existing one", async () => {
  await using work = await providerAtWork();
  const trust = { federated: "oidc", issuer: "https://issuer.example", subject: "job", name: "job-runner" } as const;
  await add(work.context(), trust);

  await expect(add(work.context(), { ...trust, audience: "other" })).rejects.toMatchObject({
    kind: "conflict",
    code: "CredentialExists",
    params: { name: "job-runner" },
  });
  await expect(add(work.context(), { ...trust, subject: "another" })).rejects.toMatchObject({ kind: "conflict" });
  await expect(add(work.context(), { certificate: true, name: "job-runner" })).rejects.toMatchObject({
    kind: "conflict",
  });
});

test("the twenty-first issuer is refused before Entra refuses it", async () => {
  await using work = await providerAtWork();
  for (let job = 0; job < 20; job++)
    await add(work.context(), { federated: "oidc", issuer: "https://issuer.example", subject: `job ${job}` });

  await expect(
    add(work.context(), { federated: "oidc", issuer: "https://issuer.example", subject: "one more" }),
  ).rejects.toMatchObject({ kind: "conflict", code: "TooManyCredentials" });
});

test.each([
  [{}, /one of --federated <kind>, --certificate, --secret/],
  [{ certificate: true, secret: true }, /one of/],
  [{ federated: "github", repo: "a/b" }, /requires exactly one of --environment/],
  [{ federated: "github", repo: "a/b", branch: "main", tag: "v1" }, /requires exactly one of --environment/],
  [{ federated: "github", branch: "main" }, /requires --repo/],
  [{ federated: "github", repo: "a/b", branch: "main", issuer: "https://x" }, /--issuer cannot be combined with/],
  [{ federated: "managed-identity", subject: "orders-identity" }, /object \(principal\) id/],
  [{ federated: "aks", issuer: "https://x", subject: "default" }, /system:serviceaccount/],
  [
    { federated: "oidc", subject: "x", pullRequest: true, issuer: "https://x" },
    /--pull-request cannot be combined with/,
  ],
  [{ federated: "oidc", issuer: "https://x", subject: "x", use: true }, /--use require --certificate/],
  [{ secret: true, adopt: "x.pem" }, /--adopt requires --certificate/],
  [{ certificate: true, branch: "main" }, /require --federated/],
] as const)("%o is refused as a usage error, before any request", async (options, message) => {
  await using work = await providerAtWork();

  await expect(add(work.context(), options)).rejects.toMatchObject({
    kind: "usage",
    message: expect.stringMatching(message),
  });
});

test("only the public part of a new certificate is shown; the key is in a file with mode 0600 beside the config", async () => {
  await using work = await providerAtWork();

  const added = await add(work.context(), { certificate: true, expires: 30, name: "thirty-days" });

  const file = join(work.path, "thirty-days.pem");
  expect(added).toMatchObject({ outcome: "created", kind: "certificate", file, usedByConfig: false });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const [key = ""] = /-----BEGIN PRIVATE KEY-----[^-]+/.exec(await readFile(file, "utf8")) ?? [];
  expect(key.length).toBeGreaterThan(1000);
  expect(JSON.stringify([added, await work.credentials()])).not.toContain(key.split("\n")[3]);
  expect(await work.configured()).toEqual({ kind: "managed-identity" });
});

// Graph refuses it as Request_BadRequest: "Key credential end date is invalid."
test("a certificate that has expired is refused before anything is changed", async () => {
  await using work = await providerAtWork();
  const file = join(work.path, "old.pem");
  await writeFile(file, await createCertificate("old", expiryAfter(-1, new Date())));

  await expect(add(work.context(), { certificate: true, adopt: file })).rejects.toMatchObject({
    ...{ kind: "usage", code: "CertificateUnusable" },
    message: expect.stringContaining("it expired at "),
  });
  expect(await work.credentials()).toHaveLength(0);
});

test("a certificate that is there is adopted once, and used when asked", async () => {
  await using work = await providerAtWork();
  const file = join(work.path, "ours.pem");
  await writeFile(file, await createCertificate("ours", expiryAfter(20, new Date())));

  const first = await add(work.context(), { certificate: true, adopt: file, use: true });
  const second = await add(work.context(), { certificate: true, adopt: file });

  expect([first.outcome, second.outcome]).toEqual(["created", "existing"]);
  expect(await work.configured()).toEqual({ kind: "certificate", certificateFile: "ours.pem" });
});

test("a secret produces a warning, is kept in a file with mode 0600, and is never shown", async () => {
  await using work = await providerAtWork();

  const added = await add(work.context(), { secret: true, name: "last-resort", use: true });

  const file = join(work.path, "last-resort.secret");
  const secret = (await readFile(file, "utf8")).trim();
  expect(secret).toMatch(/~secret$/);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(`${JSON.stringify(added)}${await work.text()}${work.said}`).not.toContain(secret);
  expect(work.said.join()).toMatch(/weakest proof/);
  expect(await work.configured()).toEqual({ kind: "secret", secretFile: "last-resort.secret" });
});

test("the list shows the remaining days and the credential that the config uses; without a proof it reports that as unknown", async () => {
  await using work = await providerAtWork();
  await add(work.context(), { certificate: true, expires: 20, name: "used", use: true });
  await add(work.context(), { certificate: true, expires: 40, name: "spare" });
  await add(work.context(), { federated: "oidc", issuer: "https://issuer.example", subject: "job", name: "job" });
  work.memory.apps.shown.proof = async () => ({
    kind: "certificate",
    ...(await readCertificate(join(work.path, "used.pem"))),
  });

  const known = await Array.fromAsync(list(work.context()));
  work.memory.apps.shown.proof = async () => (await readCertificate("/nowhere.pem")) as never;
  const unknown = await Array.fromAsync(list(work.context()));

  expect(known).toMatchObject([
    { name: "used", inUse: true, daysLeft: 19 },
    { name: "spare", inUse: false, daysLeft: 39 },
    { name: "job", inUse: false, kind: "federated" },
  ]);
  expect(known[2]).not.toHaveProperty("daysLeft");
  expect(unknown.map(({ inUse }) => inUse)).toEqual([undefined, undefined, false]);
  expect(work.said.join()).toMatch(/cannot determine which/);
});

test("a credential is removed by name or id; one that is or may be in use needs --force", async () => {
  await using work = await providerAtWork();
  await add(work.context(), { certificate: true, name: "used", use: true });
  await add(work.context(), { certificate: true, name: "spare" });
  work.memory.apps.shown.proof = async () => ({
    kind: "certificate",
    ...(await readCertificate(join(work.path, "used.pem"))),
  });

  await expect(remove(work.context(), "used", { yes: true })).rejects.toMatchObject({ code: "CredentialInUse" });
  await expect(remove(work.context(), "absent", { yes: true })).rejects.toMatchObject({ kind: "notFound" });
  await expect(remove(work.context(), "spare", {})).rejects.toMatchObject({ message: expect.stringMatching(/--yes/) });
  expect(await remove(work.context(), "spare", { yes: true })).toMatchObject({ outcome: "removed", name: "spare" });
  expect(await remove(work.context(), "used", { yes: true, force: true })).toMatchObject({ outcome: "removed" });
  expect(await work.credentials()).toEqual([]);
});

test("a managed identity in use is recognized, although its token has the audience as an id", async () => {
  await using work = await providerAtWork();
  const subject = "90000000-0000-4000-8000-000000000009";
  await add(work.context(), { federated: "managed-identity", subject, name: "orders" });
  const [added] = await Array.fromAsync(list(work.context()));
  const issuer = String(added?.issuer);
  const audience = "fb60f99c-7a34-4190-8149-302f77469936";
  work.memory.apps.shown.proof = async () => ({ kind: "federated", issuer, subject, audience });

  expect(await Array.fromAsync(list(work.context()))).toMatchObject([{ name: "orders", inUse: true }]);
  await expect(remove(work.context(), "orders", { yes: true })).rejects.toMatchObject({ code: "CredentialInUse" });
});
