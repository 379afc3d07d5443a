import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import { defineCommand } from "../cli/command/define-command.ts";
import { group, pathOption } from "../cli/command/define-option.ts";
import type { Context } from "../cli/context.ts";
import type { View } from "../cli/run-command.ts";
import {
  askInitQuestions,
  credentialOf,
  displayName,
  type InitAnswers,
  initAdministratorKinds,
  initCredentialKinds,
} from "../cli/terminal/init-prompts.ts";
import {
  type AzureCloudName,
  azureClouds,
  type ConfigDocument,
  type CustomerName,
  configFileName,
  type Guid,
  parseCustomerName,
  parseGuid,
  parseTenantReference,
  type TenantId,
  type TenantReference,
  validate,
  writeConfig,
} from "../lib/entry/customers.ts";
import { Failure } from "../lib/entry/errors.ts";
import { fileExists } from "../lib/entry/files.ts";
import { createApp, landingPage, wantedApp } from "../lib/entry/provider-app.ts";
import { omitUndefined, plainLine } from "../lib/entry/values.ts";

type AdministratorKind = (typeof initAdministratorKinds)[number];

type Options = {
  readonly out: string;
  readonly cloud?: AzureCloudName;
  readonly tenant?: TenantReference;
  readonly clientId?: Guid;
  readonly createApp?: string;
  readonly credential?: string;
  readonly credentialFile?: string;
  readonly serviceConnection?: string;
  readonly administrator?: AdministratorKind;
  readonly from?: string;
  readonly customer?: CustomerName;
  readonly force?: true;
};

export type Written = {
  readonly file: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly app: "adopted" | "created" | "updated" | "existing";
  readonly credential: string;
  /** With `--from`: the customer that was migrated, and the settings that have no place in a config. */
  readonly customer?: string;
  readonly leftOut?: readonly string[];
};

/** Writes a config with the provider in it; asks on a terminal for what the options leave out. */
export async function init(context: Context, options: Options): Promise<Written> {
  const { terminal, azure } = context;
  const {
    out,
    force,
    from,
    customer,
    clientId,
    createApp: appName,
    administrator: kind = "azure-cli",
    ...given
  } = options;
  const file = resolve(terminal.workingDirectory, out);
  if (!force && (await fileExists(file))) throw new Failure("ConfigExists", `${file} exists`, { params: { file } });
  if (from !== undefined || customer !== undefined) return migrated(file, options);
  if (clientId && appName !== undefined)
    throw new Failure(
      "UsageConflictingOptions",
      "--client-id names an existing app, and --create-app creates one: use only one of them",
    );
  const named = clientId ? { clientId } : appName === undefined ? undefined : { displayName: appName };
  const { credentialFile, serviceConnection, ...asked } = given;
  const credentialSetting = credentialFile === undefined ? serviceConnection : pathInConfig(file, credentialFile);
  const answers = await askInitQuestions(terminal, { ...asked, app: named, credentialSetting });
  const tenantId = await azure.resolveTenant(azureClouds[answers.cloud], answers.tenant);
  const administrator = { kind };
  const app = await appOf(context, answers, { tenantId, administrator });
  const { schemaUrl } = await import("../lib/entry/config-document.ts");
  const document: ConfigDocument = {
    $schema: schemaUrl,
    cloud: answers.cloud,
    provider: {
      tenantId,
      clientId: app.clientId,
      ...omitUndefined({ credential: credentialOf(answers) }),
      administrator,
    },
    customers: {},
  };
  await validate(document, file);
  await writeConfig(file, document);
  return { file, tenantId, clientId: app.clientId, app: app.outcome, credential: answers.credential };
}

/** Relative to the folder of the config where the file is inside it, so that the folder can be moved. */
function pathInConfig(config: string, file: string): string {
  const path = relative(dirname(config), file);
  return path.startsWith("..") || isAbsolute(path) ? file : path;
}

/** Converts the settings of the pattern's sample; the config contains nothing else. */
async function migrated(file: string, options: Options): Promise<Written> {
  const { from, customer, out: _out, force: _force, administrator: kind, ...others } = options;
  if (from === undefined || customer === undefined)
    throw new Failure(
      "UsageMissingOption",
      "--from and --customer require each other: the settings do not contain the customer's name",
    );
  if (Object.values(others).some((value) => value !== undefined))
    throw new Failure(
      "UsageConflictingOptions",
      "--from brings tenant, app, cloud and credential: omit the options for them",
    );
  const text = await readFile(from, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new Failure("FileUnreadable", `cannot read ${from}: ${cause.code ?? cause.message}`, {
      params: { file: from },
      cause,
    });
  });
  const { fromLocalSettings } = await import("../lib/entry/config-document.ts");
  const { document: brought, leftOut } = fromLocalSettings(text, customer);
  const { schemaUrl } = await import("../lib/entry/config-document.ts");
  const provider = { ...brought.provider, ...(kind === undefined ? {} : { administrator: { kind } }) };
  const document: ConfigDocument = { $schema: schemaUrl, ...brought, provider };
  await validate(document, file);
  await writeConfig(file, document);
  const { tenantId, clientId, credential } = provider;
  return { file, tenantId, clientId, app: "adopted", credential: credential?.kind ?? "none", customer, leftOut };
}

/** The app is there before the file that names it; a run that ends between the two finds it again by its unique name. */
async function appOf(
  context: Context,
  { app, cloud }: InitAnswers,
  provider: { readonly tenantId: TenantId; readonly administrator: { readonly kind: AdministratorKind } },
) {
  if ("clientId" in app) return { clientId: app.clientId, outcome: "adopted" as const };
  const registrations = await context.azure.appRegistrations({ cloud: azureClouds[cloud], provider });
  const wanted = wantedApp(app.displayName, landingPage);
  const created = await createApp(context, registrations, { uniqueName: "xtenant", wanted });
  return { clientId: created.app.clientId, outcome: created.outcome };
}

export const view: View<Written> = (
  { file, clientId, app, credential, customer, leftOut = [] },
  { green, dim, yellow },
) =>
  [
    ...(app === "adopted" ? [] : [`${green(app)} app ${clientId}`]),
    `${green("wrote")} ${file} (credential: ${credential})`,
    ...(credential === "none" ? [`  ${dim("next")}  xtenant app credential add --help`] : []),
    ...(leftOut.length === 0 ? [] : [`${yellow("left out")} ${plainLine(leftOut.join(", "))}`]),
    customer !== undefined
      ? `  ${dim("next")}  xtenant verify ${customer}${credential === "secret" ? ", with the secret in the variable ClientSecret" : ""}`
      : `  ${dim("next")}  xtenant customers add <name> --tenant <id> --namespace <host>`,
  ].join("\n");

export const initCommand = defineCommand({
  name: "init",
  description:
    "Write a config file for the provider. On a terminal it asks for missing values. Without a terminal, or if tenant and app are given, it never asks.",
  options: {
    ...group("File:", {
      out: { ...pathOption("--out <file>", "file to write"), default: configFileName },
      force: { flags: "--force", description: "replace an existing file" },
    }),
    ...group("Provider:", {
      cloud: {
        flags: "--cloud <name>",
        description: "Azure cloud (default: public)",
        choices: Object.keys(azureClouds) as AzureCloudName[],
      },
      tenant: {
        flags: "--tenant <id or domain>",
        description: "tenant of the provider; a domain is resolved to the tenant id",
        parse: parseTenantReference,
      },
      clientId: {
        flags: "--client-id <id>",
        description: "application (client) id of the provider's multi-tenant app",
        parse: parseGuid,
      },
      createApp: {
        flags: "--create-app <name>",
        description: "register a new app with this display name instead",
        parse: displayName,
      },
      credential: {
        flags: "--credential <kind>",
        description: "credential of the app (default: managed-identity)",
        choices: initCredentialKinds,
      },
      credentialFile: pathOption(
        "--credential-file <file>",
        "file that contains the federated token, the certificate or the secret",
      ),
      serviceConnection: {
        flags: "--service-connection <id>",
        description: "azure-pipelines: id of the service connection",
        sensitive: false,
      },
      administrator: {
        flags: "--administrator <kind>",
        description: "how the provider's administrator signs in (default: azure-cli)",
        choices: initAdministratorKinds,
      },
    }),
    ...group("From the pattern's sample (docs/migration.md):", {
      from: pathOption(
        "--from <file>",
        "read provider and customer from the provider's local.settings.json; no secret is copied",
      ),
      customer: {
        flags: "--customer <name>",
        description: "with --from: name of the customer in the config",
        parse: parseCustomerName,
      },
    }),
  },
  run: (context, _args, options) => init(context, options),
  render: view,
  examples: [
    {
      line: "xtenant init --out contoso.json --tenant 6f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f --client-id 5d0c9a52-6a0b-4f1e-9d53-4c1f0b6f3a11",
      what: "use a registered app with a managed identity",
    },
    {
      line: "xtenant init --out contoso.json --tenant 6f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f --client-id 5d0c9a52-6a0b-4f1e-9d53-4c1f0b6f3a11 --credential certificate --credential-file contoso.pem",
      what: "use a certificate in a file",
    },
    {
      line: "xtenant init --out contoso.json --from local.settings.json --customer acme",
      what: "convert the settings of the pattern's sample",
    },
  ],
  seeAlso: ["app create", "customers add", "help config"],
});
