import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { defineCommand } from "../../cli/command/define-command.ts";
import { pathOption } from "../../cli/command/define-option.ts";
import type { Context } from "../../cli/context.ts";
import type { View } from "../../cli/run-command.ts";
import { Failure } from "../../lib/entry/errors.ts";

const proxied = ["az", "python", "node"] as const;
const clients = [...proxied, "github"] as const;
type Client = (typeof clients)[number];

type Options = { readonly dir: string; readonly for?: Client };

export type Variables = Readonly<Record<string, string>>;

/** What a shell must export so that clients that know only Azure's own names reach the sandbox of this folder by its proxy. */
export async function env(_context: Context, { dir, for: client }: Options): Promise<Variables> {
  const directory = dir;
  if (client === "github") return jobOf(directory).catch(noSandbox(dir));
  const authority = join(directory, "proxy-ca.pem");
  await access(authority).catch(noProxy(dir));
  const proxy = await proxyOf(directory).catch(noProxy(dir));
  const loopback = "localhost,127.0.0.1,::1";
  const wanted = client === undefined ? proxied : [client];
  return Object.assign(
    // Python prefers the names in lower case where a shell has both.
    { HTTPS_PROXY: proxy, https_proxy: proxy, NO_PROXY: loopback, no_proxy: loopback },
    ...wanted.map((one) => variablesFor(one, directory, authority)),
  );
}

function variablesFor(client: Exclude<Client, "github">, directory: string, authority: string): Variables {
  switch (client) {
    case "az":
      return {
        REQUESTS_CA_BUNDLE: authority,
        // Keeps the sign-ins of the live cloud out of the sandbox, and the sandbox's out of the live cloud.
        AZURE_CONFIG_DIR: join(directory, "secrets", "az"),
        AZURE_CORE_COLLECT_TELEMETRY: "false",
      };
    case "python":
      return { REQUESTS_CA_BUNDLE: authority, SSL_CERT_FILE: authority };
    case "node":
      return { NODE_EXTRA_CA_CERTS: authority, NODE_USE_ENV_PROXY: "1" };
  }
}

/** What GitHub gives to a job that may ask for a token (`permissions: id-token: write`). */
async function jobOf(directory: string): Promise<Variables> {
  const { authorityHost } = await cloudOf(directory);
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${authorityHost}/github/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: await readFile(join(directory, "secrets", "github-job"), "utf8"),
  };
}

/** The sandbox's address without TLS, which its config names for managed identities, is the proxy's too. */
async function proxyOf(directory: string): Promise<string> {
  return (await cloudOf(directory)).managedIdentityEndpoint;
}

async function cloudOf(directory: string) {
  const { configSchema } = await import("../../lib/entry/config-document.ts");
  const { cloud } = configSchema.parse(JSON.parse(await readFile(join(directory, "xtenant.json"), "utf8")));
  if (typeof cloud === "string" || cloud?.managedIdentityEndpoint === undefined)
    throw new Error("the config is not a sandbox's");
  return cloud;
}

const noProxy =
  (dir: string) =>
  (cause: unknown): never => {
    throw new Failure("SandboxProxyNotFound", `no sandbox with a proxy has written to ${dir}`, {
      params: { folder: dir },
      cause,
    });
  };

const noSandbox =
  (dir: string) =>
  (cause: unknown): never => {
    throw new Failure("SandboxNotFound", `no sandbox has written to ${dir}`, { params: { folder: dir }, cause });
  };

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

export const view: View<Variables> = (variables) =>
  Object.entries(variables)
    .map(([name, value]) => `export ${name}=${quoted(value)}`)
    .join("\n");

export const envCommand = defineCommand({
  name: "env",
  summary: "print environment variables for az, Python, Node or a GitHub job",
  description:
    'Print the environment variables with which clients that only know Azure\'s host names reach a sandbox that runs with --proxy: eval "$(xtenant sandbox env --dir D)". With --for github: the variables of a GitHub job, for the credential kind github-actions.',
  options: {
    // The sandbox command has the same option, parses it first and requires it.
    dir: pathOption("-d, --dir <folder>", "folder of the sandbox"),
    for: { flags: "--for <client>", description: "only the variables of this client", choices: clients },
  },
  run: (context, _args, { dir = ".", for: client }) => env(context, { dir, for: client }),
  render: view,
  examples: [
    {
      line: 'eval "$(xtenant sandbox env --dir sandbox --for az)"',
      what: "let az use the sandbox in this shell",
    },
    { line: "xtenant sandbox env --dir sandbox", what: "print the variables" },
  ],
  seeAlso: ["sandbox"],
});
