import type { TokenCredential } from "@azure/identity";
import type { TenantId } from "../../domain/customer.ts";
import type { Administrator, OwnApplication, Responder } from "../../domain/identity.ts";
import { Failure } from "../../errors/failure.ts";
import { type CredentialKit, managedIdentity } from "./credential-kit.ts";
import { environmentCredential } from "./environment-credential.ts";
import { readCredentialFile, readSecret } from "./read-secret.ts";

/** A tenant's administrator: a person who signs in, or the tenant's own automation. */
export async function administratorCredential(kit: CredentialKit, tenantId: TenantId, who: Administrator) {
  if (who.kind === "environment") return environmentCredential(kit, tenantId);
  return "clientId" in who ? applicationCredential(kit, tenantId, who) : personCredential(kit, tenantId, who.kind);
}

/** A Customer's worker, as itself and in its own tenant. */
export async function responderCredential(kit: CredentialKit, tenantId: TenantId, who: Responder) {
  if ("clientId" in who) return applicationCredential(kit, tenantId, who);
  if (who.kind === "managed-identity") return managedIdentity(kit, who.managedIdentityClientId);
  return personCredential(kit, tenantId, who.kind);
}

export const noResponder = (customer: string) =>
  new Failure("auth", `the config names no responder for ${customer}`, {
    code: "CredentialMissing",
    hint: `set customers.${customer}.responder: the Customer's own worker, never the Provider's app`,
    actor: "customer's administrator",
  });

async function applicationCredential(
  kit: CredentialKit,
  tenantId: TenantId,
  app: OwnApplication,
): Promise<TokenCredential> {
  const { sdk, options } = kit;
  if (app.kind === "secret")
    return new sdk.ClientSecretCredential(tenantId, app.clientId, await readSecret(app, kit.env), options);
  const certificate = await readCredentialFile(app.certificateFile);
  return new sdk.ClientCertificateCredential(tenantId, app.clientId, { certificate }, options);
}

function personCredential(
  kit: CredentialKit,
  tenantId: TenantId,
  kind: "azure-cli" | "device-code" | "browser",
): TokenCredential {
  const { sdk, options, log } = kit;
  switch (kind) {
    case "azure-cli":
      return new sdk.AzureCliCredential({ tenantId });
    case "browser":
      return new sdk.InteractiveBrowserCredential({ ...options, tenantId });
    case "device-code":
      return new sdk.DeviceCodeCredential({
        ...options,
        tenantId,
        userPromptCallback: ({ message }) => log.ask(message),
      });
  }
}
