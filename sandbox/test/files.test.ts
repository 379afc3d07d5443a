import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SandboxProcess, startSandboxProcess } from "./sandbox-process.ts";

let parent: string;
let directory: string;
let sandbox: SandboxProcess;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "xtenant-files-"));
  directory = join(parent, "new", "sandbox");
  sandbox = await startSandboxProcess({ directory });
});
afterAll(async () => {
  await sandbox.stop();
  await rm(parent, { recursive: true, force: true });
});

const modeOf = async (...path: string[]) => ((await stat(join(directory, ...path))).mode & 0o777).toString(8);
const read = (...path: string[]) => readFile(join(directory, ...path), "utf8");
const secretNames = [
  "acme-administrator",
  "contoso-administrator",
  "control",
  "fabrikam-administrator",
  "github-job",
  "provider",
  "provider.jwt",
  "provider.pem",
  "tailspin-administrator",
];

test("the directory holds the authority, the config and the secrets, and nothing else", async () => {
  expect((await readdir(directory)).sort()).toEqual(["ca.pem", "secrets", "xtenant.json"]);
  expect((await readdir(join(directory, "secrets"))).sort()).toEqual(secretNames);
});

test.skipIf(process.platform === "win32")("only their owner can open folders and files", async () => {
  expect([await modeOf(), await modeOf("secrets")]).toEqual(["700", "700"]);
  for (const name of secretNames) expect(await modeOf("secrets", name)).toBe("600");
  expect([await modeOf("ca.pem"), await modeOf("xtenant.json")]).toEqual(["600", "600"]);
});

test("the config points at the sandbox, its paths beside it", () => {
  const base = `https://localhost:${sandbox.port}`;

  expect(sandbox.configFile).toBe(join(directory, "xtenant.json"));
  expect(sandbox.config).toMatchObject({
    $schema: "https://unpkg.com/xtenant/schema/xtenant.schema.json",
    cloud: {
      name: "sandbox",
      authorityHost: base,
      graphEndpoint: `${base}/graph`,
      armEndpoint: `${base}/arm`,
      serviceBusSuffix: "servicebus.localhost",
      serviceBusEndpoint: `sb://localhost:${sandbox.port}`,
      managedIdentityEndpoint: `http://127.0.0.1:${sandbox.port}`,
      caFile: "ca.pem",
    },
    provider: {
      consentRedirectUri: `${base}/consented`,
      credential: { kind: "managed-identity" },
      administrator: { kind: "secret", secretFile: "secrets/contoso-administrator" },
    },
  });
  expect(
    Object.entries(sandbox.config.customers).map(([name, { namespace, tags }]) => [name, namespace, tags]),
  ).toEqual([
    ["acme", "acme-bus.servicebus.localhost", { region: "eu" }],
    ["fabrikam", "fabrikam-bus.servicebus.localhost", { region: "us" }],
    ["tailspin", "tailspin-bus.servicebus.localhost", { region: "ap" }],
  ]);
});

test("the private keys of server and authority are in no file", async () => {
  expect(await read("ca.pem")).not.toContain("PRIVATE KEY");
  expect((await read("secrets", "provider.pem")).match(/PRIVATE KEY-----\n/g)).toHaveLength(2);
  expect(await read("secrets", "provider.pem")).not.toContain((await read("ca.pem")).split("\n")[1]);
});

test("the workload identity's assertion is good for a day", async () => {
  const { iss, sub, aud, exp = 0, iat = 0 } = decodeJwt(await read("secrets", "provider.jwt"));

  expect([iss, sub, aud]).toEqual([
    `https://localhost:${sandbox.port}/oidc`,
    "system:serviceaccount:xtenant:provider",
    "api://AzureADTokenExchange",
  ]);
  expect(exp - iat).toBe(24 * 3600);
});

test("another run has the same identifiers, and other secrets", async () => {
  const again = await startSandboxProcess();
  try {
    const ids = ({ config: { provider, customers } }: SandboxProcess) => [
      provider.tenantId,
      provider.clientId,
      ...Object.values(customers).flatMap(({ tenantId, subscriptionId }) => [tenantId, subscriptionId]),
    ];
    expect(ids(again)).toEqual(ids(sandbox));
    for (const name of ["ca.pem", "secrets/provider", "secrets/provider.pem", "secrets/acme-administrator"])
      expect(await readFile(join(again.directory, name), "utf8")).not.toBe(await read(name));
  } finally {
    await again.stop();
  }
});
