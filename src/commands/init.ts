import { dirname, isAbsolute, relative, resolve } from "node:path";
import { defineCommand } from "../cli/command/define-command.ts";
import { group, pathOption } from "../cli/command/define-option.ts";
import type { Context } from "../cli/context.ts";
import { customerFields } from "../cli/options/customer-field-options.ts";
import type { View } from "../cli/run-command.ts";
import { openWaitLine } from "../cli/status-line/progress.ts";
import {
  askInitQuestions,
  credentialOf,
  displayName,
  type InitAnswers,
  initAdministratorKinds,
  initCredentialKinds,
} from "../cli/terminal/init-prompts.ts";
import { confirm } from "../cli/terminal/prompts.ts";
import {
  type AzureCloudName,
  azureClouds,
  type CloudEndpoints,
  type Config,
  type ConfigDocument,
  type CustomerName,
  configFileName,
  findConfig,
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
import { fileExists, readCertificate, readTextFile } from "../lib/entry/files.ts";
import { createApp, landingPage, planApp, wantedApp } from "../lib/entry/provider-app.ts";
import { omitUndefined, plainLine, shellWord, systemErrorText } from "../lib/entry/values.ts";

type AdministratorKind = (typeof initAdministratorKinds)[number];

type Options = {
  readonly out: string;
  readonly cloud?: string;
  readonly tenant?: TenantReference;
  readonly clientId?: Guid;
  readonly createApp?: string;
  readonly credential?: string;
  readonly credentialFile?: string;
  readonly serviceConnection?: string;
  readonly administrator?: AdministratorKind;
  readonly from?: string;
  readonly customer?: CustomerName;
  readonly providerName?: string;
  readonly force?: true;
  readonly dryRun?: true;
};

export type Written = {
  readonly outcome: "written" | "would-write";
  readonly file: string;
  readonly tenantId: string;
  /** Absent for an app that is not created yet. */
  readonly clientId?: string;
  readonly app: "adopted" | "created" | "updated" | "existing" | "would-create" | "would-update";
  readonly credential: string;
  /** The customer that a person added at once. */
  readonly firstCustomer?: string;
  /** With `--from`: the customer that was migrated, and the settings that have no place in a config. */
  readonly customer?: string;
  readonly leftOut?: readonly string[];
  /** Whether commands here use the file without --config; absent for a file that is not written. */
  readonly isDefault?: boolean;
  /** The config that commands here use in its place, if there is one. */
  readonly defaultConfig?: string;
};

/** Where commands look: a context that was chosen, for example, comes before a file in this folder. */
async function placeOf({ terminal }: Context, file: string): Promise<Pick<Written, "isDefault" | "defaultConfig">> {
  const { env, workingDirectory } = terminal;
  const search = { option: undefined, env, workingDirectory, contexts: { name: undefined } };
  const found = await findConfig(search).catch(() => undefined);
  if (found?.file === file) return { isDefault: true };
  return { isDefault: false, ...omitUndefined({ defaultConfig: found?.file }) };
}

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
    administrator: kind,
    dryRun,
    providerName,
    ...given
  } = options;
  const file = resolve(terminal.workingDirectory, out);
  if (!force && (await fileExists(file))) throw new Failure("ConfigExists", `${file} exists`, { params: { file } });
  if (from !== undefined || customer !== undefined) {
    const written = await migrated(file, options);
    return { ...written, ...(!dryRun && (await placeOf(context, file))) };
  }
  if (clientId && appName !== undefined)
    throw new Failure(
      "UsageConflictingOptions",
      "--client-id names an existing app, and --create-app creates one: use only one of them",
    );
  const named = clientId ? { clientId } : appName === undefined ? undefined : { displayName: appName };
  const { credentialFile, serviceConnection, ...asked } = {
    ...given,
    cloud: given.cloud ?? cloudOfEnvironment(context),
  };
  const credentialSetting = credentialFile === undefined ? serviceConnection : pathInConfig(file, credentialFile);
  const answers = await askInitQuestions(
    terminal,
    { ...asked, app: named, credentialSetting },
    {
      tenant: async (cloudName, wanted) =>
        azure.resolveTenant((await cloudOf(terminal.workingDirectory, cloudName)).endpoints, wanted),
      certificate: (path) => readCertificate(resolve(dirname(file), path)),
    },
  );
  if (answers.asked && !dryRun) await confirm(terminal, "--tenant", reviewText(file, answers), { usual: true });
  using _line = await openWaitLine(terminal, context.log, (seconds) => `asking Entra (${seconds} s)`);
  if (/certificate|secret/.test(answers.credential) && answers.credentialSetting !== undefined) {
    const path = resolve(dirname(file), answers.credentialSetting);
    if (!(await fileExists(path))) context.log.info(`warning: the config names ${path}, which does not exist yet`);
  }
  const cloud = await cloudOf(terminal.workingDirectory, answers.cloud);
  const tenantId = await azure.resolveTenant(cloud.endpoints, answers.tenant);
  const administrator = kind === undefined ? (cloud.administrator ?? { kind: "azure-cli" as const }) : { kind };
  const { consentRedirectUri } = cloud;
  const app = await appOf(context, answers, { cloud, tenantId, administrator, dryRun });
  const { schemaUrl } = await import("../lib/entry/config-document.ts");
  const document: ConfigDocument = {
    $schema: schemaUrl,
    cloud: cloud.written,
    provider: {
      tenantId,
      clientId: app.clientId ?? placeholderId,
      ...omitUndefined({ name: providerName ?? answers.asked?.providerName }),
      ...omitUndefined({ consentRedirectUri, credential: credentialIn(cloud, answers) }),
      administrator,
    },
    customers: await firstCustomer(context, cloud.endpoints, answers.asked?.customer),
  };
  await validate(document, file);
  if (!dryRun) await writeConfig(file, document);
  const { clientId: id } = app;
  const outcome = dryRun ? "would-write" : "written";
  return {
    outcome,
    file,
    tenantId,
    app: app.outcome,
    credential: answers.credential,
    ...omitUndefined({ clientId: id, firstCustomer: answers.asked?.customer?.name }),
    ...(!dryRun && (await placeOf(context, file))),
  };
}

/** What is going to be written, before anything is created. */
function reviewText(file: string, { tenant, app, credential, credentialSetting, asked }: InitAnswers): string {
  const parts = [
    `tenant ${"id" in tenant ? tenant.id : tenant.domain}`,
    "clientId" in app ? `app ${app.clientId}` : `a new app named '${app.displayName}'`,
    `credential ${credential}${credentialSetting === undefined ? "" : ` (${credentialSetting})`}`,
    ...(asked?.customer ? [`customer ${asked.customer.name}`] : []),
  ];
  return `Write ${file} with ${parts.join(", ")}?`;
}

async function firstCustomer(
  { azure }: Context,
  cloud: CloudEndpoints,
  customer: NonNullable<InitAnswers["asked"]>["customer"],
): Promise<NonNullable<ConfigDocument["customers"]>> {
  if (customer === undefined) return {};
  const { name, tenant, namespace } = customer;
  const { namespace: host = namespace } = customerFields({ namespace }, cloud.serviceBusSuffix);
  const tenantId = await azure.resolveTenant(cloud, tenant);
  const { readSandboxTenants } = await import("../lib/entry/config-document.ts");
  const ofSandbox = (await readSandboxTenants({ cloud }))(tenantId);
  return { [name]: { tenantId, namespace: host, commandQueue: "commands", statusQueue: "statuses", ...ofSandbox } };
}

/** Stands for the id that a new app will have, under `--dry-run`. */
const placeholderId = "00000000-0000-0000-0000-000000000000";

const cloudOfEnvironment = ({ terminal }: Context): string | undefined => terminal.env.XTENANT_CLOUD || undefined;

type Provider = ConfigDocument["provider"];
type Administrator = Config["provider"]["administrator"];
type ChosenCloud = {
  readonly endpoints: CloudEndpoints;
  /** As the config has it. */
  readonly written: NonNullable<ConfigDocument["cloud"]>;
  /** Only of a sandbox: nobody could sign in there otherwise. */
  readonly administrator?: Administrator;
  readonly credential?: Provider["credential"];
  readonly consentRedirectUri?: string;
};

/** A cloud of Azure by its name, or the sandbox that has written to this folder. */
async function cloudOf(workingDirectory: string, text: string): Promise<ChosenCloud> {
  if (isAzureCloud(text)) return { endpoints: azureClouds[text], written: text };
  const { readSandboxFolder } = await import("../lib/entry/config-document.ts");
  const { document, config } = await readSandboxFolder(resolve(workingDirectory, text));
  const { administrator, consentRedirectUri } = config.provider;
  const { credential } = document.provider;
  const written = document.cloud ?? "public";
  return { endpoints: config.cloud, written, administrator, consentRedirectUri, ...omitUndefined({ credential }) };
}

const isAzureCloud = (text: string): text is AzureCloudName => Object.hasOwn(azureClouds, text);

/** The credential that was chosen. A sandbox has several managed identities on one machine, and says which is the provider's. */
function credentialIn({ credential: ofSandbox }: ChosenCloud, answers: InitAnswers): Provider["credential"] {
  const chosen = credentialOf(answers);
  return chosen?.kind === "managed-identity" && ofSandbox?.kind === chosen.kind ? ofSandbox : chosen;
}

/** Relative to the folder of the config where the file is inside it, so that the folder can be moved. */
function pathInConfig(config: string, file: string): string {
  const path = relative(dirname(config), file);
  return path.startsWith("..") || isAbsolute(path) ? file : path;
}

/** Converts the settings of the pattern's sample; the config contains nothing else. */
async function migrated(file: string, options: Options): Promise<Written> {
  const { from, customer, out: _out, force: _force, administrator: kind, dryRun, ...others } = options;
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
  const text = await readTextFile(from).catch((cause: NodeJS.ErrnoException) => {
    throw new Failure("FileUnreadable", `cannot read ${from}: ${systemErrorText(cause)}`, {
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
  if (!dryRun) await writeConfig(file, document);
  const { tenantId, clientId, credential } = provider;
  const outcome = dryRun ? "would-write" : "written";
  return {
    outcome,
    file,
    tenantId,
    clientId,
    app: "adopted",
    credential: credential?.kind ?? "none",
    customer,
    leftOut,
  };
}

type Home = {
  readonly cloud: ChosenCloud;
  readonly tenantId: TenantId;
  readonly administrator: Administrator;
  readonly dryRun: true | undefined;
};

/** The app is there before the file that names it; a run that ends between the two finds it again by its unique name. */
async function appOf(
  context: Context,
  { app }: InitAnswers,
  { cloud, tenantId, administrator, dryRun }: Home,
): Promise<{ readonly clientId?: string; readonly outcome: Written["app"] }> {
  if ("clientId" in app) return { clientId: app.clientId, outcome: "adopted" };
  const { endpoints, consentRedirectUri = landingPage } = cloud;
  const home = { cloud: endpoints, provider: { tenantId, administrator } };
  const registrations = await context.azure.appRegistrations(home);
  const wanted = wantedApp(app.displayName, consentRedirectUri);
  if (dryRun) {
    const planned = await planApp(registrations, { uniqueName: "xtenant", wanted });
    return { outcome: planned.outcome, ...(planned.app && { clientId: planned.app.clientId }) };
  }
  const created = await createApp(context, registrations, { uniqueName: "xtenant", wanted });
  return { clientId: created.app.clientId, outcome: created.outcome };
}

export const view: View<Written> = (
  { outcome, file, clientId, app, credential, customer, firstCustomer, leftOut = [], isDefault = true, defaultConfig },
  { green, dim, yellow },
) => {
  const program = isDefault ? "xtenant" : `xtenant --config ${shellWord(file)}`;
  return [
    ...(app === "adopted" ? [] : [`${green(app.replace("-", " "))} app ${clientId ?? ""}`.trimEnd()]),
    `${outcome === "written" ? green("wrote") : yellow("would write")} ${file} (credential: ${credential})`,
    ...(credential === "none" ? [`  ${dim("next")}  ${program} app credential add --help`] : []),
    ...(defaultConfig === undefined
      ? []
      : [`${yellow("not used")} without --config or a context: commands here use ${plainLine(defaultConfig)}`]),
    ...(leftOut.length === 0 ? [] : [`${yellow("left out")} ${plainLine(leftOut.join(", "))}`]),
    customer !== undefined
      ? `  ${dim("next")}  ${program} verify ${customer}${credential === "secret" ? ", with the secret in the variable ClientSecret" : ""}`
      : firstCustomer !== undefined
        ? `  ${dim("next")}  ${program} onboard ${firstCustomer}`
        : `  ${dim("next")}  ${program} customers add <name> --tenant <id> --namespace <host>`,
  ].join("\n");
};

export const initCommand = defineCommand({
  name: "init",
  description:
    "Write a config file for the provider. On a terminal it asks for missing values. Without a terminal, or if tenant and app are given, it never asks.",
  options: {
    ...group("File:", {
      out: { ...pathOption("--out <file>", "file to write"), default: configFileName },
      force: { flags: "--force", description: "replace an existing file" },
      dryRun: { flags: "--dry-run", description: "show what would be created and written, and change nothing" },
    }),
    ...group("Provider:", {
      cloud: {
        flags: "--cloud <name or folder>",
        description: `${Object.keys(azureClouds).join(", ")}, or the folder of a running sandbox (default: public; env: XTENANT_CLOUD)`,
        complete: "file",
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
      providerName: {
        flags: "--provider-name <text>",
        description: "the provider's name, as customers read it on pages",
        parse: displayName,
        sensitive: false,
      },
    }),
    ...group("Sign-in:", {
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
  changes: true,
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
      line: "xtenant init --out rehearsal.json --cloud . --tenant contoso.example --create-app 'Contoso orders'",
      what: "rehearse on the sandbox that has written to this folder",
    },
    {
      line: "xtenant init --out contoso.json --from local.settings.json --customer acme",
      what: "convert the settings of the pattern's sample",
    },
  ],
  seeAlso: ["app create", "customers add", "help config"],
});
