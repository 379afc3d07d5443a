import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { defineCommand } from "../../cli/command/define-command.ts";
import { pathOption } from "../../cli/command/define-option.ts";
import type { Context } from "../../cli/context.ts";
import { sandboxFolder } from "../../cli/options/sandbox-folder.ts";
import type { View } from "../../cli/run-command.ts";
import { Failure } from "../../lib/entry/errors.ts";
import { quoteForShell } from "../../lib/entry/values.ts";

const proxied = ["az", "python", "node"] as const;
const clients = [...proxied, "github", "provider"] as const;
type Client = (typeof clients)[number];

type Options = { readonly dir: string; readonly for?: Client };

export type Variables = Readonly<Record<string, string>>;

/** What a shell must export so that clients that know only Azure's own names reach the sandbox of this folder by its proxy. */
export async function env(_context: Context, { dir, for: client }: Options): Promise<Variables> {
  const directory = dir;
  if (client === "github") return jobOf(directory).catch(noSandbox(dir));
  if (client === "provider") return providerOf(directory).catch(noSandbox(dir));
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

function variablesFor(client: (typeof proxied)[number], directory: string, authority: string): Variables {
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

/** What the guide for providers takes from Azure: the cloud of `init`, the provider's identity and the customers' subscriptions. */
async function providerOf(directory: string): Promise<Variables> {
  const { provider, customers = {} } = await documentOf(directory);
  const identity = provider.credential?.kind === "managed-identity" ? provider.credential : undefined;
  const { managedIdentityEndpoint } = await cloudOf(directory);
  const query = new URLSearchParams({
    "api-version": "2018-02-01",
    resource: "api://AzureADTokenExchange",
    client_id: identity?.managedIdentityClientId ?? "",
  });
  const address = `${managedIdentityEndpoint}/metadata/identity/oauth2/token?${query}`;
  const answer = (await (await fetch(address, { headers: { Metadata: "true" } })).json()) as { access_token: string };
  const { oid } = JSON.parse(Buffer.from(answer.access_token.split(".")[1] ?? "", "base64url").toString());
  return {
    XTENANT_CLOUD: directory,
    IDENTITY: String(oid),
    SUBSCRIPTION: customers.acme?.subscriptionId ?? "",
    FABRIKAM_SUBSCRIPTION: customers.fabrikam?.subscriptionId ?? "",
  };
}

/** The sandbox's address without TLS, which its config names for managed identities, is the proxy's too. */
async function proxyOf(directory: string): Promise<string> {
  return (await cloudOf(directory)).managedIdentityEndpoint;
}

async function documentOf(directory: string) {
  const { configSchema } = await import("../../lib/entry/config-document.ts");
  return configSchema.parse(JSON.parse(await readFile(join(directory, "xtenant.json"), "utf8")));
}

async function cloudOf(directory: string) {
  const { cloud } = await documentOf(directory);
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

export const view: View<Variables> = (variables) =>
  Object.entries(variables)
    .map(([name, value]) => `export ${name}=${quoteForShell(value)}`)
    .join("\n");

export const envCommand = defineCommand({
  name: "env",
  summary: "print environment variables for a client, or to rehearse the guide",
  description:
    'Print the environment variables with which clients that only know Azure\'s host names reach a sandbox that runs with --proxy: eval "$(xtenant sandbox env --dir D)". With --for github: the variables of a GitHub job, for the credential kind github-actions. With --for provider: the variables of the guide for providers, to rehearse it.',
  options: {
    // The sandbox command has the same option, and parses it first.
    dir: pathOption("-d, --dir <folder>", "folder of the sandbox (default: that of xtenant sandbox)"),
    for: { flags: "--for <client>", description: "only the variables of this client", choices: clients },
  },
  run: (context, _args, { dir, for: client }) =>
    env(context, { dir: sandboxFolder(context.terminal, dir), for: client }),
  render: view,
  examples: [
    {
      line: 'eval "$(xtenant sandbox env --dir sandbox --for az)"',
      what: "let az use the sandbox in this shell",
    },
    { line: "xtenant sandbox env --dir sandbox", what: "print the variables" },
    {
      line: 'eval "$(xtenant sandbox env --dir sandbox --for provider)"',
      what: "rehearse the guide for providers in this shell",
    },
  ],
  seeAlso: ["sandbox"],
});
