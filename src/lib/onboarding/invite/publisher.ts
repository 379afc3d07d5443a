import { findProviderApp } from "../../app-registration/provider-app.ts";
import type { Config } from "../../config/config.ts";
import { omitUndefined } from "../../domain/omit-undefined.ts";
import { expectedFailure, Failure } from "../../errors/failure.ts";
import type { UseCaseContext } from "../../ports/use-case-context.ts";

/** What Entra shows of the app and of who registered it. Absent what could not be read. */
export type Publisher = {
  readonly appName?: string;
  readonly domain?: string;
  readonly verified?: string;
};

/** Reads the registration as the provider's administrator, unless a person would have to sign in for it. */
export async function readPublisher(context: UseCaseContext, { provider }: Config): Promise<Publisher | Failure> {
  const { kind } = provider.administrator;
  if (kind === "browser" || kind === "device-code")
    return new Failure("SignInNeeded", `the provider's administrator must sign in (${kind})`);
  const found = await findProviderApp(context).catch(expectedFailure);
  if (found instanceof Failure) return found;
  const { displayName, publisherDomain, verifiedPublisher } = found.app;
  return { appName: displayName, ...omitUndefined({ domain: publisherDomain, verified: verifiedPublisher }) };
}
