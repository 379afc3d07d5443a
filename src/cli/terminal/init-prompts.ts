import {
  administratorUses,
  providerUses,
  type SelfContainedAdministratorKind,
} from "../../lib/azure/credentials/credential-registry.ts";
import type { ConfigDocument } from "../../lib/config/config-schema.ts";
import { type AzureCloudName, azureClouds } from "../../lib/domain/cloud-endpoints.ts";
import {
  type CustomerName,
  type Guid,
  parseCustomerName,
  parseGuid,
  parseTenantReference,
  type TenantReference,
} from "../../lib/domain/customer.ts";
import { omitUndefined } from "../../lib/domain/omit-undefined.ts";
import { ask, type Choice, choose, isInteractive } from "./prompts.ts";
import type { Terminal } from "./terminal.ts";

const none = "none";
export const initCredentialKinds: readonly string[] = [...providerUses.map(({ kind }) => kind), none];

/** An administrator that needs more than its kind is written into the config by hand. */
export const initAdministratorKinds = administratorUses.flatMap(({ kind, use }) =>
  use.needsSettings ? [] : [kind as SelfContainedAdministratorKind],
);

export type InitAnswers = {
  /** The name of a cloud of Azure, or the folder of a sandbox. */
  readonly cloud: string;
  readonly tenant: TenantReference;
  /** One that is there, or what a new one is to be called. */
  readonly app: { readonly clientId: Guid } | { readonly displayName: string };
  /** A kind, or "none". */
  readonly credential: string;
  /** What the kind needs besides: a path as the config has it, or an id; never a secret. */
  readonly credentialSetting: string | undefined;
  /** Set where a person was asked. */
  readonly asked?: AskedToo;
};

/** What only a person is asked: a script says it later, with commands of their own. */
type AskedToo = {
  readonly providerName?: string;
  readonly customer?: { readonly name: CustomerName; readonly tenant: TenantReference; readonly namespace: string };
};

/** Looks an answer up at once, so that a wrong one is typed again, and the answers before it are kept. */
export type InitChecks = {
  tenant(cloud: string, tenant: TenantReference): Promise<unknown>;
  certificate(path: string): Promise<unknown>;
};

export type InitOptions = { readonly [Key in keyof Omit<InitAnswers, "asked">]?: InitAnswers[Key] | undefined };

/**
 * What a config begins with. With tenant and app given nothing more is asked: the rest has defaults. Otherwise a person is
 * asked for all that is missing, and where there is none the failure names the first option that is.
 */
export async function askInitQuestions(
  terminal: Terminal,
  given: InitOptions,
  checks: InitChecks,
): Promise<InitAnswers> {
  const isAsking = isInteractive(terminal) && !(given.tenant && given.app);
  const chosen = async <Value extends string>(
    value: Value | undefined,
    usual: Value,
    ...question: readonly [option: string, question: string, choices: readonly Choice<Value>[]]
  ) => value ?? (isAsking ? await choose(terminal, ...question) : usual);

  const cloud = await chosen<string>(given.cloud, "public", "--cloud", "Azure cloud", cloudChoices);
  const askTenant = (question: string) =>
    ask(terminal, "--tenant", question, parseTenantReference, (tenant) => checks.tenant(cloud, tenant));
  const tenant = given.tenant ?? (await askTenant("The provider's tenant (id or domain)"));
  const app = given.app ?? (await askForApp(terminal));
  const credential = await chosen(
    given.credential,
    "managed-identity",
    "--credential",
    "How the app proves itself",
    kindChoices,
  );
  const { question, option = "--credential-file" } =
    providerUses.find(({ kind }) => kind === credential)?.use.init ?? {};
  const credentialSetting =
    question === undefined
      ? undefined
      : (given.credentialSetting ??
        (await ask(terminal, option, question, nonEmptyText, async (path) => {
          if (credential === "certificate") await checks.certificate(path);
        })));
  const answers = { cloud, tenant, app, credential, credentialSetting };
  return isAsking ? { ...answers, asked: await askOfPerson(terminal, askTenant) } : answers;
}

async function askOfPerson(
  terminal: Terminal,
  askTenant: (question: string) => Promise<TenantReference>,
): Promise<AskedToo> {
  const providerName = await ask(
    terminal,
    "--provider-name",
    "Your name, as customers read it (Enter: none)",
    optional(displayName),
  );
  const name = await ask(
    terminal,
    "customers add",
    "Name of the first customer, such as acme (Enter: later)",
    optional(parseCustomerName),
  );
  if (name === undefined) return omitUndefined({ providerName });
  const tenant = await askTenant(`The tenant of ${name} (id or domain)`);
  const namespace = await ask(terminal, "--namespace", `The Service Bus namespace of ${name}`, nonEmptyText);
  return { ...omitUndefined({ providerName }), customer: { name, tenant, namespace } };
}

const optional =
  <T>(parse: (text: string) => T) =>
  (text: string): T | undefined =>
    text.trim() === "" ? undefined : parse(text.trim());

async function askForApp(terminal: Terminal): Promise<InitAnswers["app"]> {
  const how = isInteractive(terminal)
    ? await choose(terminal, "--client-id", "The provider's multi-tenant app", [
        { value: "adopt", name: "is registered: I know its client id" },
        { value: "create", name: "register it now, with the account of the Azure CLI" },
      ])
    : "adopt";
  return how === "adopt"
    ? { clientId: await ask(terminal, "--client-id", "Application (client) id", parseGuid) }
    : { displayName: await ask(terminal, "--create-app", "What administrators read when they consent", displayName) };
}

const cloudChoices = Object.keys(azureClouds).map((name) => {
  const value = name as AzureCloudName;
  return { value, name: `${name} (${new URL(azureClouds[value].authorityHost).host})` };
});

const kindChoices: readonly Choice<string>[] = [
  ...providerUses.map(({ kind, use }) => ({ value: kind, name: use.init.choice })),
  { value: none, name: "later: xtenant app credential add" },
];

export function nonEmptyText(text: string): string {
  if (text.trim() === "") throw new Error("expected a value.");
  return text.trim();
}

/** Graph's limit for an app's display name. */
export function displayName(text: string): string {
  const name = text.trim();
  if (name === "" || name.length > 120) throw new Error("expected a name of 1 to 120 characters.");
  return name;
}

type WrittenCredential = NonNullable<ConfigDocument["provider"]["credential"]>;

/** The credential as the config has it; undefined for "none". */
export function credentialOf({
  credential,
  credentialSetting = "",
}: Pick<InitAnswers, "credential" | "credentialSetting">): WrittenCredential | undefined {
  const found = providerUses.find(({ kind }) => kind === credential);
  return found && ({ kind: found.kind, ...found.use.init.settings(credentialSetting) } as WrittenCredential);
}
