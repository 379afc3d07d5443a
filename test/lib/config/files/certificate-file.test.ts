import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createCertificate } from "../../../../src/lib/app-registration/create-certificate.ts";
import { readCertificate } from "../../../../src/lib/config/files/certificate-file.ts";
import { openFolder } from "../../../fakes/folder.ts";

const soon = new Date("2031-01-01T00:00:00.000Z");
const key = (pem: string) => /-----BEGIN PRIVATE KEY-----[\s\S]+-----END PRIVATE KEY-----\n/.exec(pem)?.[0] ?? "";
const certificate = (pem: string) => pem.slice(pem.indexOf("-----BEGIN CERTIFICATE"));

test("a new certificate is read with its expiry date, without its key", async () => {
  await using folder = await openFolder();
  const file = join(folder.path, "one.pem");
  const pem = await createCertificate("one", soon);
  await writeFile(file, pem);

  const read = await readCertificate(file);

  expect(read).toEqual({ der: expect.any(String), thumbprint: expect.stringMatching(/^[0-9A-F]{40}$/), endsAt: soon });
  expect(certificate(pem).replaceAll("\n", "")).toContain(read.der.slice(0, 60));
});

test("a file that is not a credential is refused with the reason", async () => {
  await using folder = await openFolder();
  const [one, other] = [await createCertificate("one", soon), await createCertificate("other", soon)];
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const file = join(folder.path, "bad.pem");
  const reason = async (text: string) => {
    await writeFile(file, text);
    return readCertificate(file).catch(({ message }: Error) => message);
  };

  const encrypted = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
    type: "pkcs8",
    format: "pem",
    cipher: "aes-256-cbc",
    passphrase: "secret",
  });
  expect(await reason("")).toMatch(/no certificate/);
  expect(await reason("0\u0082\u0009\u0000 binary")).toMatch(/not a PEM file; to convert a PFX file: openssl pkcs12/);
  expect(await reason(encrypted + certificate(one))).toMatch(/is encrypted/);
  expect(await reason(`-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n${certificate(one)}`)).toMatch(
    /cannot be read/,
  );
  expect(await reason(certificate(one))).toMatch(/no private key/);
  expect(await reason(key(one) + certificate(other))).toMatch(/not the certificate's/);
  expect(await reason(privateKey.export({ type: "pkcs8", format: "pem" }) + certificate(one))).toMatch(
    /the key is ec, and Entra takes RSA/,
  );
  await expect(readCertificate(join(folder.path, "absent.pem"))).rejects.toMatchObject({
    kind: "usage",
    message: expect.stringMatching(/ENOENT/),
  });
});
