import type { CloudEndpoints } from "../domain/cloud-endpoints.ts";
import { Failure } from "../errors/failure.ts";

type Environment = Readonly<Record<string, string | undefined>>;

type Danger = { readonly variable: string; readonly does: string; readonly isSet?: (value: string) => boolean };

/** What an environment could change behind the config's back. Each is known to the SDKs or to Node itself. */
const dangers: readonly Danger[] = [
  {
    variable: "NODE_TLS_REJECT_UNAUTHORIZED",
    does: "switches the check of certificates off",
    isSet: (value) => value === "0",
  },
  { variable: "AZURE_AUTHORITY_HOST", does: "sends secrets and assertions to another host" },
  { variable: "AZURE_POD_IDENTITY_AUTHORITY_HOST", does: "takes managed-identity tokens from another host" },
  { variable: "AZURE_REGIONAL_AUTHORITY_NAME", does: "sends secrets and assertions to another host" },
  // Node reads it before we run, so that it cannot be silenced as the libraries' own switches are.
  {
    variable: "NODE_DEBUG",
    does: "prints requests with their tokens",
    isSet: (value) => /http|fetch|undici|net|tls|stream|\*/i.test(value),
  },
  { variable: "AZURE_IDENTITY_DISABLE_MULTITENANTAUTH", does: "gives tokens of another tenant than asked for" },
];

/** Refuses to work on a live cloud in an environment that undoes its safeguards. Throws Failure "usage". */
export function guardEnvironment(cloud: CloudEndpoints, env: Environment): void {
  if (cloud.sandbox !== undefined) return;
  // AKS sets AZURE_AUTHORITY_HOST for pods with workload identity, to the cloud's own host and a slash.
  const elsewhere = (value: string) => value !== "" && value.replace(/\/$/, "") !== cloud.authorityHost;
  for (const { variable, does, isSet = elsewhere } of dangers) {
    const value = env[variable];
    if (value === undefined || !isSet(value)) continue;
    throw new Failure(
      "UnsafeEnvironment",
      `${variable} is set: it ${does}, which is refused for the ${cloud.name} cloud`,
      { params: { variable } },
    );
  }
}
