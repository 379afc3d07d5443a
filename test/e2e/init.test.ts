import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCertificate } from "../../src/lib/app-registration/create-certificate.ts";
import { hasTerminal, onTerminal } from "./pseudo-terminal.ts";

const tenant = "11111111-1111-4111-8111-111111111111";
const customer = "33333333-3333-4333-8333-333333333333";
const app = "22222222-2222-4222-8222-222222222222";
const [down, enter, interrupt, erase] = ["\u001b[B", "\r", "\u0003", "\u0015"];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "xtenant-init-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const onATerminal = hasTerminal ? "on a terminal" : "on a terminal (SKIPPED: util-linux's script is not installed)";

test.skipIf(!hasTerminal)(
  `init asks for all missing values ${onATerminal}, again when an answer is wrong, and once before it writes`,
  async () => {
    await writeFile(join(folder, "app.pem"), await createCertificate("test", new Date(Date.now() + 86_400_000)));
    const { exitCode, asked } = await onTerminal(["init"], {
      cwd: folder,
      answers: [
        ["Azure cloud", `${down}${enter}`],
        ["tenant (id or domain)", `not a tenant${enter}`],
        ["expected a tenant's id", `${erase}${tenant}${enter}`],
        ["multi-tenant app", enter],
        ["(client) id", `${app}${enter}`],
        ["proves itself", `${down}${down}${down}${down}${enter}`],
        ["Path of the PEM file", `nowhere.pem${enter}`],
        ["cannot use", `${erase}app.pem${enter}`],
        ["as customers read it", `Contoso${enter}`],
        ["first customer", `acme${enter}`],
        ["The tenant of acme", `${customer}${enter}`],
        ["Service Bus namespace of acme", `acme-bus${enter}`],
        ["customer acme?", enter],
      ],
    });

    expect({ exitCode, asked }).toEqual({ exitCode: 0, asked: 13 });
    expect(JSON.parse(await readFile(join(folder, "xtenant.json"), "utf8"))).toMatchObject({
      cloud: "usgovernment",
      provider: {
        tenantId: tenant,
        clientId: app,
        credential: { kind: "certificate", certificateFile: "app.pem" },
        administrator: { kind: "azure-cli" },
        name: "Contoso",
      },
      customers: { acme: { tenantId: customer, namespace: "acme-bus.servicebus.usgovcloudapi.net" } },
    });
  },
  30_000,
);

test.skipIf(!hasTerminal)(`with tenant and app given, init asks nothing ${onATerminal}`, async () => {
  const args = ["init", "--out", "given.json", "--tenant", tenant, "--client-id", app];
  const { exitCode, screen } = await onTerminal(args, { cwd: folder, answers: [] });

  expect(exitCode).toBe(0);
  expect(screen).not.toContain("?");
  expect(JSON.parse(await readFile(join(folder, "given.json"), "utf8"))).toMatchObject({
    cloud: "public",
    provider: { credential: { kind: "managed-identity" } },
  });
});

test.skipIf(!hasTerminal)(`Ctrl-C at a prompt ${onATerminal} writes nothing and ends with 130`, async () => {
  const before = await readdir(folder);
  const { exitCode } = await onTerminal(["init", "--out", "none.json"], {
    cwd: folder,
    answers: [["Azure cloud", interrupt]],
  });

  expect(exitCode).toBe(130);
  expect(await readdir(folder)).toEqual(before);
});
