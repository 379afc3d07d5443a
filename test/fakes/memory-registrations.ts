import { createHash, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { ProviderCredential } from "../../src/lib/config/config.ts";
import {
  type AppCredential,
  type AppRegistration,
  multiTenant,
  signInPermission,
} from "../../src/lib/domain/app-registration.ts";
import type { CredentialFingerprint } from "../../src/lib/domain/credential-fingerprint.ts";
import { type Guid, parseGuid, type TenantId } from "../../src/lib/domain/customer.ts";
import { Failure } from "../../src/lib/errors/failure.ts";
import type { AppRegistrations } from "../../src/lib/ports/azure-services.ts";

type App = AppRegistration & { readonly credentials: AppCredential[] };

const ids = (number: number) => parseGuid(`44444444-4444-4444-8444-${String(number).padStart(12, "0")}`);
const twoYears = 2 * 365 * 86_400_000;

/** App registrations in memory, with the one app that the config names; and which tenants refuse which credential. */
export function createMemoryRegistrations(clientId: Guid) {
  let made = 0;
  const next = () => ids(++made);
  const secrets = new Map<string, string>();
  const principals = new Set<Guid>([clientId]);
  const newApp = (id: Guid, names: Pick<App, "displayName"> & Partial<Pick<App, "uniqueName">>): App => ({
    objectId: next(),
    clientId: id,
    ...names,
    audience: multiTenant,
    redirectUris: [],
    isLocked: true,
    permissions: [signInPermission],
    credentials: [],
  });
  const apps = new Map<Guid, App>();
  const keep = (app: App) => void apps.set(app.objectId, app);
  keep(newApp(clientId, { displayName: "Contoso xtenant" }));
  /** The tenants that refuse the credential. */
  const refusing = new Set<TenantId>();

  const credentialsOf = ({ objectId }: AppRegistration): AppCredential[] => apps.get(objectId)?.credentials ?? [];
  const registrations: AppRegistrations = {
    find: async (wanted) => {
      const app = apps
        .values()
        .find((one) =>
          "clientId" in wanted ? one.clientId === wanted.clientId : one.uniqueName === wanted.uniqueName,
        );
      return app && { ...app, credentials: [...app.credentials] };
    },
    create: async (uniqueName, { displayName, redirectUris }) => {
      if (apps.values().some((one) => one.uniqueName === uniqueName)) return "existing";
      keep({ ...newApp(next(), { displayName, uniqueName }), redirectUris });
      return "created";
    },
    update: async ({ objectId }, { redirectUris }) => {
      const app = apps.get(objectId);
      if (app === undefined) throw new Failure("CustomerNotFound", "no such app");
      keep({
        ...app,
        audience: multiTenant,
        isLocked: true,
        redirectUris: [...new Set([...app.redirectUris, ...redirectUris])],
        permissions: [...new Set([...app.permissions, signInPermission])],
      });
    },
    provisionServicePrincipal: async (id) => {
      if (principals.has(id)) return "existing";
      principals.add(id);
      return "created";
    },
    trust: async (app, trust) => {
      const isSame = (one: AppCredential) =>
        one.kind === "federated" &&
        (one.name === trust.name || (one.issuer === trust.issuer && one.subject === trust.subject));
      if (credentialsOf(app).some(isSame)) throw new Failure("Request_MultipleObjectsWithSameKeyValue", "it exists");
      credentialsOf(app).push({ kind: "federated", id: next(), ...trust });
    },
    addCertificate: async (app, { name, der }) => {
      const { raw, validTo } = new X509Certificate(Buffer.from(der, "base64"));
      const thumbprint = createHash("sha1").update(raw).digest("hex").toUpperCase();
      credentialsOf(app).push({ kind: "certificate", id: next(), name, thumbprint, endsAt: new Date(validTo) });
    },
    addSecret: async (app, { name, endsAt = new Date(Date.now() + twoYears) }) => {
      const id = next();
      const secret = `${made}~secret`;
      secrets.set(id, secret);
      credentialsOf(app).push({ kind: "secret", id, name, hint: secret.slice(0, 3), endsAt });
      return secret;
    },
    removeCredential: async (app, { id }) => {
      const credentials = credentialsOf(app);
      const index = credentials.findIndex((one) => one.id === id);
      if (index >= 0) credentials.splice(index, 1);
    },
  };

  const presents = async (credential: ProviderCredential): Promise<boolean> => {
    const app = apps.values().find((one) => one.clientId === clientId);
    const held = app?.credentials ?? [];
    if (credential.kind === "certificate") {
      const { raw } = new X509Certificate(await readFile(credential.certificateFile));
      const thumbprint = createHash("sha1").update(raw).digest("hex").toUpperCase();
      return held.some((one) => one.kind === "certificate" && one.thumbprint === thumbprint);
    }
    if (credential.kind === "secret" && "secretFile" in credential) {
      const secret = (await readFile(credential.secretFile, "utf8")).trim();
      return held.some((one) => one.kind === "secret" && secrets.get(one.id) === secret);
    }
    return true;
  };
  /** Throws Entra's failure for a credential that is unknown, or not yet known. */
  const checkCredential = async (credential: ProviderCredential, tenant: TenantId): Promise<void> => {
    if (!(await presents(credential)) || (refusing.has(tenant) && credential.kind !== "managed-identity"))
      throw new Failure("AADSTS700027", "the credential is not on the app registration");
  };
  /** What the config's credential shows: a managed identity's token, unless a test says otherwise. */
  const shown: { proof: () => Promise<CredentialFingerprint> } = {
    proof: async () => ({
      kind: "federated",
      issuer: "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0",
      subject: "55555555-5555-4555-8555-555555555555",
      audience: "api://AzureADTokenExchange",
    }),
  };
  return { registrations, refusing, checkCredential, shown, proof: () => shown.proof(), clientId };
}
