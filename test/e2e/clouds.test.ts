import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { decodeProtectedHeader } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClientCertificate } from "../../sandbox/src/certificates/client-certificate.ts";
import { azureClouds } from "../../src/lib/domain/cloud-endpoints.ts";
import { openInternet } from "./clouds/internet.ts";
import { tenant } from "./clouds/tenants.ts";

const githubHost = "pipelines.actions.githubusercontent.com";
const scope = "https://servicebus.azure.net/";
const hostsOf = ({ authorityHost, graphEndpoint, armEndpoint }: (typeof azureClouds)[keyof typeof azureClouds]) =>
  [authorityHost, graphEndpoint, armEndpoint].map((endpoint) => new URL(endpoint).host);
const everyHost = [...Object.values(azureClouds).flatMap(hostsOf), githubHost];

let folder: string;
let internet: Awaited<ReturnType<typeof openInternet>>;
let program: ReturnType<typeof openProgram>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "xtenant-clouds-"));
  internet = await openInternet(everyHost);
  await writeFile(join(folder, "ca.pem"), internet.ca);
  await writeFile(join(folder, "names"), "");
  program = openProgram();
});
afterAll(async () => {
  await program.close();
  await internet[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** The real program over the real SDKs, without access to other machines. */
function openProgram() {
  const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const clean = Object.entries(process.env).filter(([name]) => !/^(?:AZURE_|XTENANT_|NO_PROXY|NODE_)/i.test(name));
  const child = spawn(process.execPath, ["--import", file("clouds/no-names.ts"), file("codes/many-lines.ts")], {
    env: {
      ...Object.fromEntries(clean),
      ASKED_NAMES: join(folder, "names"),
      HTTPS_PROXY: internet.address,
      NODE_USE_ENV_PROXY: "1",
      NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
      APP_SECRET: "app-secret",
      // An installed az would send requests of its own through the proxy at any time.
      PATH: dirname(process.execPath),
      ACTIONS_ID_TOKEN_REQUEST_URL: `https://${githubHost}/job?x=1`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "job",
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    run: async (...args: readonly string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> => {
      child.stdin.write(`${JSON.stringify(args)}\n`);
      return JSON.parse(String((await lines.next()).value));
    },
    close: async () => {
      child.stdin.end();
      await once(child, "close");
    },
  };
}

async function configFor(cloud: string, namespace: string, credential: object): Promise<string> {
  const own = { kind: "secret", clientId: tenant.principal, secretEnv: "APP_SECRET" };
  const document = {
    cloud,
    // Otherwise it is a WebSocket through the proxy, which closes more slowly than a name that does not resolve.
    transport: "amqp",
    provider: { tenantId: tenant.contoso, clientId: tenant.contoso, credential },
    customers: {
      acme: {
        tenantId: tenant.acme,
        namespace,
        subscriptionId: tenant.acme,
        resourceGroup: "messaging",
        administrator: own,
        responder: own,
      },
    },
  };
  const file = join(folder, "xtenant.json");
  await writeFile(file, JSON.stringify(document));
  return file;
}

/** Every host that was requested during the work, by tunnel or by name, and every request. */
async function watched(work: () => Promise<unknown>) {
  const names = async () => (await readFile(join(folder, "names"), "utf8")).split("\n").filter(Boolean);
  const before = [internet.tunnels.length, internet.requests.length, (await names()).length];
  await work();
  const tunnels = internet.tunnels.slice(before[0]).map((address) => address.replace(/:443$/, ""));
  const requests = internet.requests.slice(before[1]);
  // A tunnel may be older than the work, so requests count too.
  const asked = [...tunnels, ...requests.map(({ host }) => host), ...(await names()).slice(before[2])];
  return { hosts: new Set(asked), requests };
}

const secret = { kind: "secret", secretEnv: "APP_SECRET" };
const lines = [
  ["customers", "add", "fabrikam", "--tenant", "fabrikam.example", "--namespace"],
  ["onboard", "acme", "--provision"],
  ["grant", "acme", "--wait", "1s"],
  ["verify", "acme", "--drift"],
  ["whoami", "acme"],
  ["app", "show"],
  ["app", "create"],
  ["send", "acme", "hi"],
  ["poll", "acme"],
  ["respond", "acme", "--once"],
  ["offboard", "acme", "--yes"],
];

describe.each(Object.values(azureClouds))("the cloud $name", (cloud) => {
  const namespace = `acme-bus.${cloud.serviceBusSuffix}`;
  const [login = "", graph = "", arm = ""] = hostsOf(cloud);

  test("is used at its own hosts, and no request goes to another cloud", async () => {
    const config = await configFor(cloud.name, namespace, secret);
    const { hosts, requests } = await watched(async () => {
      for (const line of lines) {
        const rest = line.at(-1) === "--namespace" ? [`fabrikam-bus.${cloud.serviceBusSuffix}`] : [];
        await program.run("--config", config, ...line, ...rest);
      }
    });

    expect(hosts).toEqual(new Set([login, graph, arm, namespace]));
    for (const { host, audience } of requests)
      expect({ host, audience }).toEqual({ host, audience: host === login ? undefined : `https://${host}` });
    const scopes = requests.flatMap(({ body }) => new URLSearchParams(body).get("scope") ?? []);
    expect(new Set(scopes.map((one) => one.split(" ")[0]))).toEqual(
      new Set([`${scope}/.default`, `https://${graph}/.default`, `https://${arm}/.default`]),
    );
  }, 60_000);

  test("gets an assertion of a job for its own federation audience", async () => {
    const config = await configFor(cloud.name, namespace, { kind: "github-actions" });
    const { hosts, requests } = await watched(() => program.run("--config", config, "whoami", "acme"));

    expect(hosts).toEqual(new Set([githubHost, login, arm, namespace]));
    const asked = requests.filter(({ host }) => host === githubHost);
    expect(new Set(asked.map(({ path }) => new URL(path, "https://x").searchParams.get("audience")))).toEqual(
      new Set([cloud.federationAudience]),
    );
  }, 30_000);
});

describe("the assertion that Entra receives", () => {
  async function assertionsBy(credential: object): Promise<readonly string[]> {
    const config = await configFor("public", "acme-bus.servicebus.windows.net", credential);
    const { requests } = await watched(() => program.run("--config", config, "send", "acme", "hi"));
    return requests.flatMap(({ body }) => new URLSearchParams(body).get("client_assertion") ?? []);
  }

  test("is signed by a certificate, and contains it (x5c) only on request", async () => {
    const { certificate, privateKey } = await createClientCertificate("app", new Date(Date.now() + 3_600_000));
    await writeFile(join(folder, "app.pem"), `${certificate}${privateKey}`);
    const chain = certificate.replace(/-----[^-]+-----|\s/g, "");
    const credential = { kind: "certificate", certificateFile: "app.pem" };

    const [plain = ""] = await assertionsBy(credential);
    const [chained = ""] = await assertionsBy({ ...credential, sendCertificateChain: true });

    expect(decodeProtectedHeader(plain)).not.toHaveProperty("x5c");
    expect(decodeProtectedHeader(chained).x5c).toEqual([chain]);
  });

  test("of a Kubernetes workload is the token in the cluster's file", async () => {
    await writeFile(join(folder, "token"), "the.clusters.token\n");

    expect(await assertionsBy({ kind: "workload-identity", assertionFile: "token" })).toEqual(["the.clusters.token"]);
  });
});

const lookAlikes = [
  "acme-bus.servicebus.windows.net.evil.example",
  "acme-bus.servicebus.windows.net@evil.example",
  "evil.example#.servicebus.windows.net",
  "evil.example?.servicebus.windows.net",
  "evil.example/.servicebus.windows.net",
  "evil.example\\.servicebus.windows.net",
  "acme-bus-servicebus.windows.net",
  "acme-busservicebus.windows.net",
  "acme-bus.servicebus-windows.net",
  "acme-bus.servicebus.windows.net.",
  "acme-bus.servicebus.windows.net:5671",
  "sb://acme-bus.servicebus.windows.net",
  "https://acme-bus.servicebus.windows.net",
  "x.acme-bus.servicebus.windows.net",
  "acme-bus.servicebus.wіndows.net",
  "acme-bus.servicebus.xn--wndows-ovf.net",
  "acme-bus．servicebus．windows．net",
  "acme-bus.servicebus.usgovcloudapi.net",
  "acme-bus.servicebus.chinacloudapi.cn",
  "acme-bus.servicebus.localhost",
  "acme-bus.servicebus.windows.com",
  "127.0.0.1",
];

test.each(lookAlikes)("a host that only resembles a namespace gets no token: %s", async (namespace) => {
  const config = await configFor("public", namespace, secret);
  const { hosts, requests } = await watched(async () => {
    for (const line of [
      ["send", "acme", "hi"],
      ["poll", "acme"],
      ["respond", "acme", "--once"],
    ])
      expect(await program.run("--config", config, ...line)).toMatchObject({ exitCode: 2, stdout: "" });
  });

  expect({ hosts: [...hosts], requests }).toEqual({ hosts: [], requests: [] });
});
