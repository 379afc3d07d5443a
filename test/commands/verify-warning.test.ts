import { join } from "node:path";
import { expect, test } from "vitest";
import { styleFor } from "../../src/cli/output/style.ts";
import { add } from "../../src/commands/app/credential/add.ts";
import { grant } from "../../src/commands/grant.ts";
import { verify, view } from "../../src/commands/verify.ts";
import { readCertificate } from "../../src/lib/config/files/certificate-file.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { output } from "../fakes/output.ts";
import { providerAtWork } from "../fakes/provider-at-work.ts";

const acme = parseCustomerName("acme");

async function verified(work: Awaited<ReturnType<typeof providerAtWork>>, warnBefore?: number) {
  const [result] = await Array.fromAsync(verify(work.context(), [acme], { warnBefore }));
  const token = result?.checks.find(({ check }) => check === "token");
  return { ok: result?.ok, warning: token && "warning" in token ? token.warning : undefined, result };
}

async function granted() {
  const work = await providerAtWork();
  await Array.fromAsync(grant(work.context(), acme, {}));
  return work;
}

test("a certificate that expires soon is a warning, not a failure; the date comes from the file", async () => {
  await using work = await granted();
  await add(work.context(), { certificate: true, expires: 20, name: "short", use: true });

  const soon = await verified(work);
  const later = await verified(work, 10);

  expect(soon).toMatchObject({
    ok: true,
    warning: "the certificate (by its file) ends in 19 days: xtenant app credential rotate",
  });
  expect(soon.result && view(soon.result, styleFor(output(), {}, false))).toMatch(/warning {2}the certificate/);
  expect(later).toMatchObject({ ok: true, warning: undefined });
});

test("the expiry date of a secret comes from the app registration", async () => {
  await using work = await granted();
  await add(work.context(), { secret: true, expires: 5, name: "short", use: true });
  const [secret] = await work.credentials();
  work.memory.apps.shown.proof = async () => ({
    kind: "secret",
    hint: secret?.kind === "secret" ? secret.hint : "",
  });

  expect(await verified(work)).toMatchObject({ ok: true, warning: expect.stringMatching(/secret.*ends in 4 days/) });
});

test("without a known expiry date there is no warning", async () => {
  await using work = await granted();

  expect(await verified(work)).toMatchObject({ ok: true, warning: undefined });
  await add(work.context(), { secret: true, expires: 5, name: "short", use: true });
  work.memory.apps.shown.proof = async () => (await readCertificate(join(work.path, "absent"))) as never;

  expect(await verified(work)).toMatchObject({ ok: true, warning: undefined });
});
