import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { add } from "../../../src/commands/app/credential/add.ts";
import { rotate } from "../../../src/commands/app/credential/rotate.ts";
import { createCertificate } from "../../../src/lib/app-registration/create-certificate.ts";
import { readCertificate } from "../../../src/lib/config/files/certificate-file.ts";
import { providerAtWork } from "../../fakes/provider-at-work.ts";

const timeout = 10;
const all = <T>(stream: AsyncIterable<T>) => Array.fromAsync(stream);

const firstCertificate = await createCertificate("first", new Date("2031-01-01T00:00:00Z"));

/** A provider whose config uses its first certificate. */
async function onCertificate() {
  const work = await providerAtWork();
  const first = join(work.path, "first.pem");
  await writeFile(first, firstCertificate, { mode: 0o600 });
  await add(work.context(), { certificate: true, adopt: first, name: "first", use: true });
  work.memory.apps.shown.proof = async () => ({ kind: "certificate", ...(await readCertificate(first)) });
  return work;
}

const typesOf = (steps: readonly { readonly type: string }[]) => steps.map(({ type }) => type);

test("the new certificate is proven in every tenant before the config uses it, and the old one is removed last", async () => {
  await using work = await onCertificate();

  const steps = await all(rotate(work.context(), { timeout }));

  expect(typesOf(steps)).toEqual(["begun", "added", "proven", "proven", "proven", "skipped", "switched", "retired"]);
  const { kind, certificateFile } = await work.configured();
  expect(kind).toBe("certificate");
  expect((await stat(join(work.path, certificateFile))).mode & 0o777).toBe(0o600);
  expect(await work.credentials()).toMatchObject([
    { kind: "certificate", name: certificateFile.replace(/\.pem$/, "") },
  ]);
  expect(await work.names()).toEqual([".xtenant.json.lock", "first.pem", "xtenant.json", certificateFile].sort());
});

test("a customer that refuses the new credential stops the rotation before the switch; a second run continues after the repair", async () => {
  await using work = await onCertificate();
  const steps: { readonly type: string }[] = [];
  work.memory.apps.refusing.add(work.tenant("fabrikam"));
  const stopped = (async () => {
    for await (const step of rotate(work.context(), { timeout })) steps.push(step);
  })();

  await expect(stopped).rejects.toMatchObject({ kind: "partial", code: "RotationStopped", exitCode: 3 });
  expect(steps.at(-2)).toMatchObject({
    type: "refused",
    whose: "fabrikam",
    error: { kind: "timeout", code: "AADSTS700027" },
  });
  expect(await work.configured()).toEqual({ kind: "certificate", certificateFile: "first.pem" });
  expect(await work.credentials()).toMatchObject([{ name: "first" }, { name: expect.stringMatching(/^xtenant-/) }]);

  work.memory.apps.refusing.clear();
  const again = await all(rotate(work.context(), { timeout }));

  expect(typesOf(again)).toEqual([
    "continued",
    ...typesOf(steps).slice(1, 4),
    "proven",
    "skipped",
    "switched",
    "retired",
  ]);
  expect(await work.credentials()).toHaveLength(1);
});

test.each(["certificate", "secret"] as const)(
  "killed after any step, a rotation to a %s is continued and leaves exactly one new credential",
  async (kind) => {
    for (let killAfter = 1; killAfter <= 8; killAfter++) {
      await using work = await onCertificate();
      let seen = 0;
      for await (const _step of rotate(work.context(), { timeout, [kind]: true })) if (++seen === killAfter) break;
      await all(rotate(work.context(), { timeout, [kind]: true }));
      const [only, ...others] = await work.credentials();

      expect(others).toEqual([]);
      expect(only?.kind).toBe(kind);
      expect(JSON.stringify(await work.configured())).toContain(only?.name);
      expect((await work.names()).filter((name) => name.endsWith(".rotation"))).toEqual([]);
    }
  },
);

test("a secret that was made but not kept is removed, and another is made", async () => {
  await using work = await onCertificate();
  const steps = rotate(work.context(), { timeout, secret: true });
  const begun = await steps.next();
  await steps.return(undefined);
  const name = begun.value && "name" in begun.value ? begun.value.name : "";
  const app = await work.memory.apps.registrations.find({ clientId: work.memory.apps.clientId });
  if (app) await work.memory.apps.registrations.addSecret(app, { name, endsAt: new Date() });

  await all(rotate(work.context(), { timeout, secret: true }));

  expect(await work.credentials()).toMatchObject([{ kind: "secret", name }]);
});

test("a stopped rotation can be undone: registration, config and folder are as before", async () => {
  await using work = await onCertificate();
  const before = { names: await work.names(), config: await work.text(), credentials: await work.credentials() };
  work.memory.apps.refusing.add(work.tenant("acme"));
  await expect(all(rotate(work.context(), { timeout }))).rejects.toMatchObject({ code: "RotationStopped" });
  await expect(all(rotate(work.context(), { timeout, secret: true }))).rejects.toMatchObject({
    code: "RotationInProgress",
  });

  expect(typesOf(await all(rotate(work.context(), { timeout, abandon: true })))).toEqual(["abandoned"]);
  expect({
    names: await work.names(),
    config: await work.text(),
    credentials: await work.credentials(),
  }).toEqual(before);
  await expect(all(rotate(work.context(), { timeout, abandon: true }))).rejects.toMatchObject({ code: "NoRotation" });
});

test("an old credential that cannot be identified is kept and listed as kept", async () => {
  await using work = await providerAtWork({ credential: { kind: "secret", secretEnv: "ELSEWHERE" } });
  work.memory.apps.shown.proof = async () => ({ kind: "secret", hint: "no~" });

  const steps = await all(rotate(work.context(), { timeout, certificate: true }));

  expect(steps.at(-1)).toMatchObject({ type: "kept", names: [], reason: expect.stringMatching(/cannot determine/) });
});

test("a federated credential does not expire: rotation changes nothing unless a certificate or secret is requested", async () => {
  await using work = await providerAtWork();

  expect(await all(rotate(work.context(), { timeout }))).toEqual([
    { type: "unneeded", credential: "managed-identity" },
  ]);
  expect(await work.credentials()).toEqual([]);
});

test("an unreadable file of an earlier rotation is an error, not a reason to guess", async () => {
  await using work = await onCertificate();
  await writeFile(`${work.file}.rotation`, "{");

  await expect(all(rotate(work.context(), { timeout }))).rejects.toMatchObject({ code: "RotationUnreadable" });
  expect(await work.credentials()).toHaveLength(1);
});
