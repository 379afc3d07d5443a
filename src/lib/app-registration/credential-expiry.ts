import type { Config } from "../config/config.ts";
import { readCertificate } from "../config/files/certificate-file.ts";
import { daysUntil } from "../domain/app-registration.ts";
import { mayAccept } from "../domain/credential-fingerprint.ts";
import { expectedFailure } from "../errors/failure.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";

/** A credential that ends in fewer days causes a warning. */
export const expiryWarningDays = 30;

export type CredentialExpiry = { readonly what: string; readonly endsAt: Date };

export type SoonExpiry = { readonly what: string; readonly daysLeft: number };

/** The app's credential if it ends in fewer days. Undefined also when its end is known only after a person signs in. */
export async function expiresSoon(
  context: UseCaseContext,
  config: Config,
  days: number,
): Promise<SoonExpiry | undefined> {
  const end = await credentialExpiry(context, config);
  if (end === undefined) return undefined;
  const daysLeft = daysUntil(end.endsAt, new Date());
  return daysLeft < days ? { what: end.what, daysLeft } : undefined;
}

/** When the app's credential ends. Undefined when it has no end, or when its end is not known. */
export const credentialExpiry = (context: UseCaseContext, config: Config): Promise<CredentialExpiry | undefined> =>
  endOf(context, config).catch((error: unknown) => {
    context.log.debug(`the end of the app's credential is not known: ${expectedFailure(error).message}`);
    return undefined;
  });

/** A certificate contains its end. Only the registration has the end of a secret. Trust in another issuer has no end. */
async function endOf({ azure }: UseCaseContext, config: Config): Promise<CredentialExpiry | undefined> {
  const { credential, administrator, clientId } = config.provider;
  if (credential?.kind === "certificate") {
    const { endsAt } = await readCertificate(credential.certificateFile);
    return { what: "the certificate (by its file)", endsAt };
  }
  if (credential?.kind !== "secret" || isPerson(administrator)) return undefined;
  const proof = await azure.fingerprint();
  const app = await (await azure.appRegistrations(config)).find({ clientId });
  const [first] = (app?.credentials ?? [])
    .flatMap((one) => (one.kind === "secret" && mayAccept(one, proof) ? [one.endsAt] : []))
    .sort((one, other) => one.getTime() - other.getTime());
  return first && { what: "the secret (by the app registration)", endsAt: first };
}

/** A person would have to sign in. Checking the expiry is not a sufficient reason to ask for that. */
const isPerson = ({ kind }: Config["provider"]["administrator"]) => kind === "device-code" || kind === "browser";
