import { resolve } from "node:path";
import { Command, Option } from "@commander-js/extra-typings";
import { ask } from "../lib/cli/ask.ts";
import type { Context } from "../lib/cli/context.ts";
import { argument } from "../lib/cli/parsers.ts";
import type { Run, View } from "../lib/cli/run.ts";
import { Failure } from "../lib/failure.ts";
import { validate, writeConfig } from "../lib/store/config-file.ts";
import { exists } from "../lib/store/exists.ts";
import { configFileName } from "../lib/store/find-config.ts";
import { type AzureCloudName, azureClouds } from "../lib/tenancy/cloud-endpoints.ts";
import type { ConfigDocument } from "../lib/tenancy/config-schema.ts";
import { type Guid, guid, type TenantReference, tenantReference } from "../lib/tenancy/customer.ts";

const credentialKinds = ["managed-identity", "workload-identity", "github-actions", "certificate", "secret"] as const;
type CredentialKind = (typeof credentialKinds)[number];

type Options = {
  readonly out: string;
  readonly cloud: AzureCloudName;
  readonly tenant?: TenantReference | undefined;
  readonly clientId?: Guid | undefined;
  readonly credential?: CredentialKind | undefined;
  readonly material?: string | undefined;
  readonly force?: true | undefined;
};

type Written = {
  readonly file: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential: string;
};

/** Writes a config with the Provider in it; asks on a terminal for what the options leave out. */
export async function init({ cloud, terminal }: Context, options: Options): Promise<Written> {
  const file = resolve(terminal.workingDirectory, options.out);
  if (!options.force && (await exists(file)))
    throw new Failure("conflict", `${file} exists`, { code: "ConfigExists", hint: "xtenant init --force replaces it" });
  const tenant =
    options.tenant ?? (await ask(terminal, "--tenant", "The Provider's tenant (id or domain)", tenantReference));
  const clientId =
    options.clientId ?? (await ask(terminal, "--client-id", "Application (client) id of the multi-tenant app", guid));
  const kind = options.credential ?? "managed-identity";
  const material = needsMaterial(kind)
    ? (options.material ?? (await ask(terminal, "--material", materialQuestion[kind], String)))
    : undefined;
  const tenantId = await cloud.resolveTenant(azureClouds[options.cloud], tenant);
  const { schemaUrl } = await import("../lib/tenancy/config-schema.ts");
  const document: ConfigDocument = {
    $schema: schemaUrl,
    cloud: options.cloud,
    provider: {
      tenantId,
      clientId,
      credential: credentialOf(kind, material ?? ""),
      administrator: { kind: "azure-cli" },
    },
    customers: {},
  };
  await validate(document, file);
  await writeConfig(file, document);
  return { file, tenantId, clientId, credential: kind };
}

const materialQuestion = {
  "workload-identity": "Path of the file with the federated token",
  certificate: "Path of the PEM file with certificate and key",
  secret: "Path of the file that holds the secret",
} as const;

const needsMaterial = (kind: CredentialKind): kind is keyof typeof materialQuestion => kind in materialQuestion;

function credentialOf(kind: CredentialKind, material: string): NonNullable<ConfigDocument["provider"]["credential"]> {
  switch (kind) {
    case "managed-identity":
    case "github-actions":
      return { kind };
    case "workload-identity":
      return { kind, assertionFile: material };
    case "certificate":
      return { kind, certificateFile: material };
    case "secret":
      return { kind, secretFile: material };
  }
}

export const view: View<Written> = ({ file, credential }, { green, dim }) =>
  `${green("wrote")} ${file} (credential: ${credential})\n  ${dim("next")}  xtenant customers add <name> --tenant <id> --namespace <host>`;

export const initCommand = (run: Run) =>
  new Command("init")
    .description(
      "Write a config file for the Provider. On a terminal it asks for what the options leave out; elsewhere it never asks.",
    )
    .option("-o, --out <file>", "file to write", configFileName)
    .addOption(
      new Option("--cloud <name>", "Azure cloud")
        .choices(Object.keys(azureClouds) as AzureCloudName[])
        .default("public" as const),
    )
    .option("--tenant <id or domain>", "the Provider's tenant; a domain is looked up", argument(tenantReference))
    .option("--client-id <id>", "application (client) id of the Provider's multi-tenant app", argument(guid))
    .addOption(
      new Option("--credential <kind>", "how the app proves itself (default: managed-identity)").choices(
        credentialKinds,
      ),
    )
    .option(
      "--material <path>",
      "file with the federated token, the certificate, or the secret; never the secret itself",
    )
    .option("--force", "replace a file that exists")
    .action((options) => run(init, view)(options));
