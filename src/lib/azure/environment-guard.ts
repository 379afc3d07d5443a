import type { CloudEndpoints } from "../domain/cloud-endpoints.ts";
import { Failure } from "../errors/failure.ts";
import { guardProxy } from "./proxy-guard.ts";

type Environment = Readonly<Record<string, string | undefined>>;

type Danger = { readonly variable: string; readonly does: string; readonly isSet?: (value: string) => boolean };

/** Variables of the SDKs and of Node that override the config, or that print secrets. */
const dangers: readonly Danger[] = [
  {
    variable: "NODE_TLS_REJECT_UNAUTHORIZED",
    does: "switches the check of certificates off",
    isSet: (value) => value === "0",
  },
  { variable: "AZURE_AUTHORITY_HOST", does: "sends secrets and assertions to another host" },
  { variable: "AZURE_POD_IDENTITY_AUTHORITY_HOST", does: "takes managed-identity tokens from another host" },
  { variable: "AZURE_REGIONAL_AUTHORITY_NAME", does: "sends secrets and assertions to another host" },
  // Node reads it before the program runs, so that the program cannot turn it off, as it does for the libraries.
  {
    variable: "NODE_DEBUG",
    does: "prints requests with their tokens",
    isSet: (value) => /http|fetch|undici|net|tls|stream|\*/i.test(value),
  },
  { variable: "AZURE_IDENTITY_DISABLE_MULTITENANTAUTH", does: "gives tokens of another tenant than asked for" },
];

/** Refuses an unusable proxy, and a live cloud in an unsafe environment. Throws Failure "usage". */
export function guardEnvironment(cloud: CloudEndpoints, env: Environment): void {
  guardProxy(env);
  if (cloud.sandbox !== undefined) return;
  // AKS sets AZURE_AUTHORITY_HOST for pods with workload identity, to the host of the cloud with a slash.
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
