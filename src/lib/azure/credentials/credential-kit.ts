import type { TokenCredential } from "@azure/identity";
import type { UnfinishedWork } from "../../concurrency/unfinished-work.ts";
import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import { createHttpGuard, type HttpGuard } from "../http/http-guard.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a credential needs from outside the config. */
export type Surroundings = {
  readonly env: Environment;
  readonly log: {
    readonly ask: (line: string) => void;
    readonly info: (line: string) => void;
    readonly debug: (line: string) => void;
  };
  /**
   * Called before the first client of a cloud is loaded. The library changes nothing of its process; a program that owns
   * its process trusts the sandbox's certificates here, for example.
   */
  readonly prepareProcess?: (cloud: CloudEndpoints) => Promise<void>;
  /** Counts the messages that are held or on their way, for a program that waits for them when it stops. */
  readonly unfinished?: UnfinishedWork;
};

/** The identity SDK and the options of every credential of one cloud. */
export type CredentialKit = Surroundings & {
  readonly sdk: typeof import("@azure/identity");
  readonly federationAudience: string;
  readonly isSandbox: boolean;
  /** Instance discovery checks an authority against Microsoft's list, which cannot contain the sandbox. */
  readonly options: {
    readonly authorityHost: string;
    readonly disableInstanceDiscovery: boolean;
    readonly httpClient?: HttpGuard["httpClient"];
  };
};

export const createCredentialKit = async (
  cloud: CloudEndpoints,
  surroundings: Surroundings,
): Promise<CredentialKit> => ({
  ...surroundings,
  sdk: await import("@azure/identity"),
  federationAudience: cloud.federationAudience,
  isSandbox: cloud.sandbox !== undefined,
  options: { authorityHost: cloud.authorityHost, disableInstanceDiscovery: cloud.sandbox !== undefined },
});

/** The credential that `create` makes. Only answers of Entra reach it. */
export async function createGuarded(
  kit: CredentialKit,
  create: (kit: CredentialKit) => Promise<TokenCredential>,
): Promise<TokenCredential> {
  const { httpClient, call } = createHttpGuard();
  const credential = await create({ ...kit, options: { ...kit.options, httpClient } });
  return { getToken: (scopes, options) => call(() => credential.getToken(scopes, options)) };
}
