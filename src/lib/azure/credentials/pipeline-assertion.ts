import { Failure } from "../../errors/failure.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** One CI service: which variables of its jobs lead to an assertion, how it is asked, and where the token lies in its answer. */
type Service = {
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly urlVariable: string;
  readonly tokenVariable: string;
  readonly field: string;
  /** What the address must end with: the job's own token is sent there. */
  readonly hosts: readonly string[];
  readonly hint: string;
};

/** GitHub docs, "OpenID Connect reference": `value` holds the token, which lives five minutes. */
export const githubActions: Service = {
  name: "GitHub Actions",
  method: "GET",
  urlVariable: "ACTIONS_ID_TOKEN_REQUEST_URL",
  tokenVariable: "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  field: "value",
  hosts: [".actions.githubusercontent.com"],
  hint: "give the job `permissions: id-token: write`",
};

/** Azure DevOps REST API, Oidctoken - Create, version 7.1. */
export const azurePipelines: Service = {
  name: "Azure Pipelines",
  method: "POST",
  urlVariable: "SYSTEM_OIDCREQUESTURI",
  tokenVariable: "SYSTEM_ACCESSTOKEN",
  field: "oidcToken",
  hosts: [".visualstudio.com", "dev.azure.com"],
  hint: "map SYSTEM_ACCESSTOKEN: $(System.AccessToken) in the step's env",
};

export type PipelineRequest = {
  readonly service: Service;
  /** Parameters of the request: the audience, or the service connection. */
  readonly query: Readonly<Record<string, string>>;
  readonly env: Environment;
  /** A stand-in's jobs may be anywhere on loopback; live ones only at the service's own hosts. */
  readonly loopback: boolean;
};

/** Asks the CI service that this job runs on for a token that says which job it is. Throws Failure "auth". */
export async function pipelineAssertion({ service, query, env, loopback }: PipelineRequest): Promise<string> {
  const { name, method, urlVariable, tokenVariable, field, hint } = service;
  const [address, token] = [env[urlVariable], env[tokenVariable]];
  if (!address || !token)
    throw refusal(
      `this is no job of ${name} that may ask for a token: ${address ? tokenVariable : urlVariable} is not set`,
      hint,
    );
  const url = new URL(address);
  if (!isTrusted(url, service, loopback))
    throw refusal(`${urlVariable} does not lead to ${name}: ${url.host}`, `unset ${urlVariable}`);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  const answer = await fetch(url, {
    method,
    redirect: "error",
    headers: { authorization: `Bearer ${token}`, accept: "application/json", "x-tfs-fedauthredirect": "Suppress" },
  });
  const body: unknown = answer.ok ? await answer.json() : undefined;
  const assertion = typeof body === "object" && body !== null ? (body as Record<string, unknown>)[field] : undefined;
  if (typeof assertion !== "string") throw refusal(`${name} gave no token (HTTP ${answer.status})`, hint);
  return assertion;
}

function isTrusted({ protocol, hostname }: URL, { hosts }: Service, loopback: boolean): boolean {
  if (loopback) return hostname === "localhost" || hostname === "127.0.0.1";
  return (
    protocol === "https:" && hosts.some((host) => (host.startsWith(".") ? hostname.endsWith(host) : hostname === host))
  );
}

const refusal = (message: string, hint: string) => new Failure("auth", message, { code: "NoAssertion", hint });
