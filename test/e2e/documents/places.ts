import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sandbox } from "../../../sandbox/src/start.ts";
import { acceptConsent } from "../../../src/cli/demo/accept-consent.ts";
import { az, copyCommandIndex, quickStart } from "../../independent/az-start.ts";

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

/** An empty folder. The document starts its sandbox; acme's administrator opens the consent link. */
export const rehearsal: Place = {
  afterEach: ({ cwd }) => openLink(join(cwd, "link-for-acme.txt"), join(cwd, "sandbox/ca.pem")),
};

/** Once. */
async function openLink(file: string, caFile: string): Promise<void> {
  const link = await readFile(file, "utf8").catch(() => undefined);
  if (link === undefined) return;
  await acceptConsent(link.trim(), caFile);
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

async function pointAtSandbox({ cwd, cloud }: Seat): Promise<void> {
  const file = join(cwd, "xtenant.json");
  const document = await readFile(file, "utf8").then(JSON.parse, () => undefined);
  if (typeof document?.cloud !== "string") return;
  const sandboxCloud = JSON.parse(await readFile(join(cloud, "xtenant.json"), "utf8")).cloud;
  document.cloud = { ...sandboxCloud, caFile: join(cloud, "ca.pem") };
  for (const customer of Object.values<{ namespace: string }>(document.customers))
    customer.namespace = customer.namespace.replace("windows.net", "localhost");
  await writeFile(file, JSON.stringify(document));
}

/** The machine of acme's administrator, who is signed in to the Azure CLI and does not have xtenant. */
export const customerInAzure: Place = {
  variables: (seat) => ({
    ...throughProxy(seat),
    AZURE_CONFIG_DIR: join(seat.cloud, "secrets/az"),
    AZURE_CORE_COLLECT_TELEMETRY: "false",
    AZURE_CORE_ONLY_SHOW_ERRORS: "true",
    ...quickStart,
  }),
  words: ({ sandbox }) => ({
    "<application id>": sandbox.inside.seeded.provider.application.appId,
    "<tenant id of the provider>": sandbox.inside.seeded.provider.tenant.id,
  }),
  arrive: async ({ cloud, sandbox, executable, type }) => {
    await copyCommandIndex(join(cloud, "secrets/az"));
    // az times out early on a busy machine.
    await executable("az", `${az} "$@" || ${az} "$@"`);
    const [acme] = sandbox.inside.seeded.customers;
    const account = `--tenant ${acme?.tenant.id} --username ${acme?.administrator.appId}`;
    await type(`az login --service-principal ${account} --password "$(cat ${cloud}/secrets/acme-administrator)"`);
  },
};
