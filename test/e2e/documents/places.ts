import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sandbox } from "../../../sandbox/src/start.ts";
import { acceptConsent } from "../../../src/cli/demo/accept-consent.ts";
import { az } from "../../independent/installed.ts";
import { signedInAzureCli } from "./signed-in-azure-cli.ts";

export type Seat = {
  /** The place where the reader types. */
  readonly cwd: string;
  /** The folder of the sandbox's config and secrets. It is the reader's own folder when the document uses a sandbox. */
  readonly cloud: string;
  readonly sandbox: Sandbox;
  /** Puts a program on the reader's path. */
  readonly executable: (name: string, script: string) => Promise<void>;
  /** Runs a line in the reader's shell. */
  readonly type: (line: string) => Promise<unknown>;
};

export type Place = {
  readonly onSandbox?: true;
  readonly variables?: (seat: Seat) => Readonly<Record<string, string>>;
  /** Replacements for words of the document. */
  readonly words?: (seat: Seat) => Readonly<Record<string, string>>;
  readonly arrive?: (seat: Seat) => Promise<unknown>;
  readonly afterEach?: (seat: Seat) => Promise<unknown>;
};

const throughProxy = ({ cloud, sandbox }: Seat) => ({
  HTTPS_PROXY: `http://127.0.0.1:${sandbox.port}`,
  NO_PROXY: "localhost,127.0.0.1",
  NODE_EXTRA_CA_CERTS: join(cloud, "proxy-ca.pem"),
  REQUESTS_CA_BUNDLE: join(cloud, "proxy-ca.pem"),
  NODE_USE_ENV_PROXY: "1",
});

/** An empty folder. The document itself starts what it needs. */
export const nothing: Place = {};

/** A folder with the config of a sandbox. */
export const onSandbox: Place = { onSandbox: true };

/** The same with a customer that has consented and granted. */
export const onboarded: Place = {
  onSandbox: true,
  arrive: ({ type }) => type("xtenant onboard acme --provision --grant --round-trip 0s"),
};

/**
 * The provider's machine in Azure. The commands of the document run on the sandbox. Its hosts have the sandbox's
 * suffix, and a config of the public cloud is pointed to the sandbox when it is written. Acme's administrator opens the
 * consent link, and acme's worker runs.
 */
export const providerInAzure: Place = {
  variables: (seat) => ({
    ...throughProxy(seat),
    IDENTITY: seat.sandbox.inside.seeded.provider.identity.id,
    SUBSCRIPTION: seat.sandbox.inside.seeded.customers[0]?.subscriptionId ?? "",
  }),
  words: ({ sandbox }) => ({
    "servicebus.windows.net": "servicebus.localhost",
    "ffffffff-ffff-4fff-8fff-ffffffffffff": sandbox.inside.seeded.customers[1]?.subscriptionId ?? "",
    // A token of the sandbox is valid only for its own Graph, and the public cloud's `init` refuses that: see
    // `pointAtSandbox`.
    '--create-app "Contoso orders"': `--client-id ${sandbox.inside.seeded.provider.application.appId}`,
  }),
  arrive: async ({ cloud, executable, type }) => {
    await executable("az", signedInAzureCli(cloud));
    await type(`xtenant --config ${cloud}/xtenant.json respond acme >/dev/null 2>&1 &`);
  },
  afterEach: async (seat) => {
    await pointAtSandbox(seat);
    await openLink(seat);
  },
};

/** Once. */
async function openLink({ cwd, cloud }: Seat): Promise<void> {
  const file = join(cwd, "link-for-acme.txt");
  const link = await readFile(file, "utf8").catch(() => undefined);
  if (link === undefined) return;
  await acceptConsent(link.trim(), join(cloud, "ca.pem"));
  await rm(file);
}

/** The same for a user of the pattern's sample: its app, its one customer, its secret. */
export const ownerOfTheSample: Place = {
  variables: (seat) => ({
    ...throughProxy(seat),
    ClientSecret: seat.sandbox.inside.seeded.provider.application.passwordCredentials[0]?.secret ?? "",
  }),
  words: ({ sandbox: { inside } }) => ({
    "22222222-2222-4222-8222-222222222222": inside.seeded.provider.application.appId,
    "11111111-1111-4111-8111-111111111111": inside.seeded.provider.tenant.id,
    "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa": inside.seeded.customers[0]?.tenant.id ?? "",
  }),
  arrive: async ({ cloud, type }) => {
    await type(`xtenant --config ${cloud}/xtenant.json onboard acme --provision --grant --round-trip 0s`);
    await type(`xtenant --config ${cloud}/xtenant.json respond acme --raw >/dev/null 2>&1 &`);
  },
  afterEach: pointAtSandbox,
};

async function pointAtSandbox({ cwd, cloud, sandbox, type }: Seat): Promise<void> {
  const file = join(cwd, "xtenant.json");
  const document = await readFile(file, "utf8").then(JSON.parse, () => undefined);
  if (typeof document?.cloud !== "string") return;
  const sandboxCloud = JSON.parse(await readFile(join(cloud, "xtenant.json"), "utf8")).cloud;
  document.cloud = { ...sandboxCloud, caFile: join(cloud, "ca.pem") };
  for (const customer of Object.values<{ namespace: string }>(document.customers))
    customer.namespace = customer.namespace.replace("windows.net", "localhost");
  const { credential } = document.provider;
  if (credential.kind === "managed-identity")
    credential.managedIdentityClientId = sandbox.inside.seeded.provider.identity.appId;
  await writeFile(file, JSON.stringify(document));
  if (credential.kind === "managed-identity") await type('xtenant app create --name "Contoso orders" --use');
}

/** The machine of acme's administrator, who is signed in to the Azure CLI and does not have xtenant. */
export const customerInAzure: Place = {
  variables: (seat) => ({
    ...throughProxy(seat),
    AZURE_CONFIG_DIR: join(seat.cloud, "secrets/az"),
    AZURE_CORE_COLLECT_TELEMETRY: "false",
    AZURE_CORE_ONLY_SHOW_ERRORS: "true",
  }),
  words: ({ sandbox }) => ({
    "<application id>": sandbox.inside.seeded.provider.application.appId,
    "<tenant id of the provider>": sandbox.inside.seeded.provider.tenant.id,
  }),
  arrive: async ({ cloud, sandbox, executable, type }) => {
    // az times out early on a busy machine.
    await executable("az", `${az} "$@" || ${az} "$@"`);
    const [acme] = sandbox.inside.seeded.customers;
    const account = `--tenant ${acme?.tenant.id} --username ${acme?.administrator.appId}`;
    await type(`az login --service-principal ${account} --password "$(cat ${cloud}/secrets/acme-administrator)"`);
  },
};
