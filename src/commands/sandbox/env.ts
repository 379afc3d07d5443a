import { access, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command, Option } from "@commander-js/extra-typings";
import type { Context } from "../../cli/context.ts";
import { withExamples } from "../../cli/help/command-help.ts";
import type { Run, View } from "../../cli/run-command.ts";
import { Failure } from "../../lib/errors/failure.ts";

const proxied = ["az", "python", "node"] as const;
const clients = [...proxied, "github"] as const;
type Client = (typeof clients)[number];

type Options = { readonly dir: string; readonly for?: Client };

type Variables = Readonly<Record<string, string>>;

/** What a shell must export so that clients that know only Azure's own names reach the sandbox of this folder by its proxy. */
export async function env(_context: Context, { dir, for: client }: Options): Promise<Variables> {
  const directory = resolve(dir);
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
  const { configSchema } = await import("../../lib/config/config-schema.ts");
  const { cloud } = configSchema.parse(JSON.parse(await readFile(join(directory, "xtenant.json"), "utf8")));
  if (typeof cloud === "string" || cloud?.managedIdentityEndpoint === undefined)
    throw new Error("the config is not a sandbox's");
  return cloud;
}

const noProxy =
  (dir: string) =>
  (cause: unknown): never => {
    throw new Failure("notFound", `no sandbox with a proxy has written to ${dir}`, {
      code: "NoProxy",
      hint: `xtenant sandbox --dir ${dir} --proxy`,
      cause,
    });
  };

const noSandbox =
  (dir: string) =>
  (cause: unknown): never => {
    throw new Failure("notFound", `no sandbox has written to ${dir}`, {
      code: "NoSandbox",
      hint: `xtenant sandbox --dir ${dir}`,
      cause,
    });
  };

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

export const view: View<Variables> = (variables) =>
  Object.entries(variables)
    .map(([name, value]) => `export ${name}=${quoted(value)}`)
    .join("\n");

export const envCommand = (run: Run) =>
  new Command("env")
    .summary("print what a shell must export for az, Python, Node, or a job of GitHub")
    .description(
      "Print what a shell must export so that clients which know only Azure's own names reach a sandbox that runs with --proxy: eval \"$(xtenant sandbox env --dir D)\". For github: what a job of the sandbox's GitHub has, for the credential kind github-actions.",
    )
    .option("-d, --dir <folder>", "the folder that the sandbox was given")
    .addOption(new Option("--for <client>", "only what this client needs").choices(clients))
    .configureHelp(
      withExamples({
        examples: [
          {
            line: 'eval "$(xtenant sandbox env --dir sandbox --for az)"',
            what: "let az talk to the sandbox in this shell",
          },
          { line: "xtenant sandbox env --dir sandbox", what: "read what would be exported" },
        ],
        seeAlso: ["sandbox"],
      }),
    )
    // The sandbox takes --dir before this command sees it, wherever on the line it stands, and insists on it.
    .action((options, command) => run(env, view)({ ...options, dir: String(command.parent?.getOptionValue("dir")) }));
