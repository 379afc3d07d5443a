import {
  administratorUses,
  providerUses,
  type SelfContainedAdministratorKind,
} from "../../lib/azure/credentials/credential-registry.ts";
import type { ConfigDocument } from "../../lib/config/config-schema.ts";
import { type AzureCloudName, azureClouds } from "../../lib/domain/cloud-endpoints.ts";
import { type Guid, parseGuid, parseTenantReference, type TenantReference } from "../../lib/domain/customer.ts";
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
};

export type InitOptions = { readonly [Key in keyof InitAnswers]?: InitAnswers[Key] | undefined };

/**
 * What a config begins with. With tenant and app given nothing more is asked: the rest has defaults. Otherwise a person is
 * asked for all that is missing, and where there is none the failure names the first option that is.
 */
export async function askInitQuestions(terminal: Terminal, given: InitOptions): Promise<InitAnswers> {
  const isAsking = isInteractive(terminal) && !(given.tenant && given.app);
  const chosen = async <Value extends string>(
    value: Value | undefined,
    usual: Value,
    ...question: readonly [option: string, question: string, choices: readonly Choice<Value>[]]
  ) => value ?? (isAsking ? await choose(terminal, ...question) : usual);

  const cloud = await chosen<string>(given.cloud, "public", "--cloud", "Azure cloud", cloudChoices);
  const tenant =
    given.tenant ?? (await ask(terminal, "--tenant", "The provider's tenant (id or domain)", parseTenantReference));
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
      : (given.credentialSetting ?? (await ask(terminal, option, question, nonEmptyText)));
  return { cloud, tenant, app, credential, credentialSetting };
}

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
