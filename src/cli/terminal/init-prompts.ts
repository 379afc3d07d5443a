import type { ConfigDocument } from "../../lib/config/config-schema.ts";
import { type AzureCloudName, azureClouds } from "../../lib/domain/cloud-endpoints.ts";
import { type Guid, parseGuid, parseTenantReference, type TenantReference } from "../../lib/domain/customer.ts";
import { ask, type Choice, choose, isInteractive } from "./prompts.ts";
import type { Terminal } from "./terminal.ts";

export const initCredentialKinds = [
  "managed-identity",
  "workload-identity",
  "github-actions",
  "certificate",
  "secret",
  "none",
] as const;
export type CredentialKind = (typeof initCredentialKinds)[number];

export type InitAnswers = {
  readonly cloud: AzureCloudName;
  readonly tenant: TenantReference;
  /** One that is there, or what a new one is to be called. */
  readonly app: { readonly clientId: Guid } | { readonly displayName: string };
  readonly credential: CredentialKind;
  readonly material: string | undefined;
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

  const cloud = await chosen(given.cloud, "public", "--cloud", "Azure cloud", cloudChoices);
  const tenant =
    given.tenant ?? (await ask(terminal, "--tenant", "The Provider's tenant (id or domain)", parseTenantReference));
  const app = given.app ?? (await askForApp(terminal));
  const credential = await chosen(
    given.credential,
    "managed-identity",
    "--credential",
    "How the app proves itself",
    kindChoices,
  );
  const material = needsCredentialFile(credential)
    ? (given.material ?? (await ask(terminal, "--material", credentialFileQuestion[credential], pathText)))
    : undefined;
  return { cloud, tenant, app, credential, material };
}

async function askForApp(terminal: Terminal): Promise<InitAnswers["app"]> {
  const how = isInteractive(terminal)
    ? await choose(terminal, "--client-id", "The Provider's multi-tenant app", [
        { value: "adopt", name: "is registered: I know its client id" },
        { value: "create", name: "is to be registered now, as whom the Azure CLI is signed in" },
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

const kindChoices: readonly Choice<CredentialKind>[] = [
  { value: "managed-identity", name: "managed identity of an Azure machine: nothing to keep secret" },
  { value: "workload-identity", name: "workload identity (Kubernetes): a token in a file" },
  { value: "github-actions", name: "GitHub Actions: the job's own token" },
  { value: "certificate", name: "certificate in a PEM file" },
  { value: "secret", name: "secret in a file: the last resort" },
  { value: "none", name: "later: xtenant app credential add" },
];

const credentialFileQuestion = {
  "workload-identity": "Path of the file with the federated token",
  certificate: "Path of the PEM file with certificate and key",
  secret: "Path of the file that holds the secret",
} as const;

const needsCredentialFile = (kind: CredentialKind): kind is keyof typeof credentialFileQuestion =>
  kind in credentialFileQuestion;

function pathText(text: string): string {
  if (text.trim() === "") throw new Error("expected a path.");
  return text.trim();
}

/** Graph's limit for an app's display name. */
export function displayName(text: string): string {
  const name = text.trim();
  if (name === "" || name.length > 120) throw new Error("expected a name of 1 to 120 characters.");
  return name;
}

/** The credential as the config has it; what `material` is depends on the kind. */
export function credentialOf({
  credential: kind,
  material = "",
}: Pick<InitAnswers, "credential" | "material">): ConfigDocument["provider"]["credential"] {
  switch (kind) {
    case "none":
      return undefined;
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
