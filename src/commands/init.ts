import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command, Option } from "@commander-js/extra-typings";
import type { Context } from "../cli/context.ts";
import { withExamples } from "../cli/help/command-help.ts";
import { parseArgument } from "../cli/options/parsers.ts";
import type { Run, View } from "../cli/run-command.ts";
import {
  askInitQuestions,
  credentialOf,
  displayName,
  type InitAnswers,
  initAdministratorKinds,
  initCredentialKinds,
} from "../cli/terminal/init-prompts.ts";
import { createApp } from "../lib/app-registration/create-app.ts";
import { validate, writeConfig } from "../lib/config/config-file.ts";
import type { ConfigDocument } from "../lib/config/config-schema.ts";
import { fileExists } from "../lib/config/files/file-exists.ts";
import { configFileName } from "../lib/config/find-config.ts";
import { fromLocalSettings } from "../lib/config/local-settings.ts";
import { landingPage, wantedApp } from "../lib/domain/app-registration.ts";
import { type AzureCloudName, azureClouds } from "../lib/domain/cloud-endpoints.ts";
import {
  type CustomerName,
  type Guid,
  parseCustomerName,
  parseGuid,
  parseTenantReference,
  type TenantId,
  type TenantReference,
} from "../lib/domain/customer.ts";
import { omitUndefined } from "../lib/domain/omit-undefined.ts";
import { plainLine } from "../lib/domain/plain-text.ts";
import { Failure } from "../lib/errors/failure.ts";

type AdministratorKind = (typeof initAdministratorKinds)[number];

type Options = {
  readonly out: string;
  readonly cloud?: AzureCloudName;
  readonly tenant?: TenantReference;
  readonly clientId?: Guid;
  readonly createApp?: string;
  readonly credential?: string;
  readonly material?: string;
  readonly administrator?: AdministratorKind;
  readonly from?: string;
  readonly customer?: CustomerName;
  readonly force?: true;
};

type Written = {
  readonly file: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly app: "adopted" | "created" | "mended" | "existing";
  readonly credential: string;
  /** With `--from`: the Customer that came along, and the settings that have no place in a config. */
  readonly customer?: string;
  readonly leftOut?: readonly string[];
};

/** Writes a config with the Provider in it; asks on a terminal for what the options leave out. */
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
  if (!force && (await fileExists(file)))
    throw new Failure("conflict", `${file} exists`, { code: "ConfigExists", hint: "xtenant init --force replaces it" });
  if (from !== undefined || customer !== undefined) return migrated(context, file, options);
  if (clientId && appName !== undefined)
    throw new Failure("usage", "--client-id names an app that is there, --create-app makes one: give one of them");
  const named = clientId ? { clientId } : appName === undefined ? undefined : { displayName: appName };
  const answers = await askInitQuestions(terminal, { ...given, app: named });
  const tenantId = await azure.resolveTenant(azureClouds[answers.cloud], answers.tenant);
  const administrator = { kind };
  const app = await appOf(context, answers, { tenantId, administrator });
  const { schemaUrl } = await import("../lib/config/config-schema.ts");
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

/** The config that says what the pattern's sample was told; everything in it comes from there. */
async function migrated({ terminal }: Context, file: string, options: Options): Promise<Written> {
  const { from, customer, out: _out, force: _force, administrator: kind, ...others } = options;
  if (from === undefined || customer === undefined)
    throw new Failure(
      "usage",
      "--from and --customer belong together: the settings do not say what the Customer is called",
    );
  if (Object.values(others).some((value) => value !== undefined))
    throw new Failure("usage", "--from brings tenant, app, cloud and credential along: leave the options for them out");
  const text = await readFile(resolve(terminal.workingDirectory, from), "utf8").catch(
    (cause: NodeJS.ErrnoException) => {
      throw new Failure("usage", `cannot read ${from}: ${cause.code ?? cause.message}`, {
        code: "FileUnreadable",
        cause,
      });
    },
  );
  const { document: brought, leftOut } = fromLocalSettings(text, customer);
  const { schemaUrl } = await import("../lib/config/config-schema.ts");
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

export const initCommand = (run: Run) =>
  new Command("init")
    .description(
      "Write a config file for the Provider. On a terminal it asks for what the options leave out; elsewhere, or with tenant and app given, it never asks.",
    )
    .optionsGroup("The file:")
    .option("-o, --out <file>", "file to write", configFileName)
    .option("--force", "replace a file that exists")
    .optionsGroup("The Provider:")
    .addOption(
      new Option("--cloud <name>", "Azure cloud (default: public)").choices(
        Object.keys(azureClouds) as AzureCloudName[],
      ),
    )
    .option(
      "--tenant <id or domain>",
      "the Provider's tenant; a domain is looked up",
      parseArgument(parseTenantReference),
    )
    .option("--client-id <id>", "application (client) id of the Provider's multi-tenant app", parseArgument(parseGuid))
    .option("--create-app <name>", "instead: register the app now, of this display name", parseArgument(displayName))
    .addOption(
      new Option("--credential <kind>", "how the app proves itself (default: managed-identity)").choices(
        initCredentialKinds,
      ),
    )
    .option(
      "--material <path>",
      "file with the federated token, the certificate or the secret, or the id of the service connection; never a secret",
    )
    .addOption(
      new Option("--administrator <kind>", "how the Provider's administrator signs in (default: azure-cli)").choices(
        initAdministratorKinds,
      ),
    )
    .optionsGroup("From the pattern's sample (docs/migration.md):")
    .option("--from <file>", "take provider and Customer from the Provider's local.settings.json; no secret is copied")
    .option(
      "--customer <name>",
      "with --from: what its Customer is called from now on",
      parseArgument(parseCustomerName),
    )
    .configureHelp(
      withExamples({
        examples: [
          {
            line: "xtenant init --out contoso.json --tenant 6f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f --client-id 5d0c9a52-6a0b-4f1e-9d53-4c1f0b6f3a11",
            what: "an app that is registered, proven by a managed identity",
          },
          {
            line: "xtenant init --out contoso.json --tenant 6f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f --client-id 5d0c9a52-6a0b-4f1e-9d53-4c1f0b6f3a11 --credential certificate --material contoso.pem",
            what: "proven by a certificate in a file",
          },
          {
            line: "xtenant init --out contoso.json --from local.settings.json --customer acme",
            what: "from the settings of the pattern's sample",
          },
        ],
        seeAlso: ["app create", "customers add", "help config"],
      }),
    )
    .action((options) => run(init, view)(options));
