import { Failure } from "../../errors/failure.ts";
import type { Environment } from "./credential-kit.ts";

/** A CI service: the variables of its jobs that lead to an assertion, the request, and the field of the answer. */
export type PipelineService = {
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly urlVariable: string;
  readonly tokenVariable: string;
  readonly field: string;
  /** What the host must be or, with a dot, end with: the job's own token is sent there. */
  readonly hosts: readonly string[];
  readonly hint: string;
};

export type PipelineRequest = {
  readonly service: PipelineService;
  /** Parameters of the request: the audience, or the service connection. */
  readonly query: Readonly<Record<string, string>>;
  readonly env: Environment;
  /** The sandbox's jobs may be anywhere on loopback; live ones only at the service's own hosts. */
  readonly loopback: boolean;
};

/** Asks the CI service that this job runs on for a token that says which job it is. Throws Failure "auth". */
export async function requestPipelineAssertion({ service, query, env, loopback }: PipelineRequest): Promise<string> {
  const { name, method, urlVariable, tokenVariable, field, hint } = service;
  const [address, token] = [env[urlVariable], env[tokenVariable]];
  if (!address || !token)
    throw refusal(
      `this is not a job of ${name} that may request a token: ${address ? tokenVariable : urlVariable} is not set`,
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

function isTrusted({ protocol, hostname }: URL, { hosts }: PipelineService, loopback: boolean): boolean {
  if (loopback) return hostname === "localhost" || hostname === "127.0.0.1";
  return (
    protocol === "https:" && hosts.some((host) => (host.startsWith(".") ? hostname.endsWith(host) : hostname === host))
  );
}

const refusal = (message: string, hint: string) => new Failure("auth", message, { code: "NoAssertion", hint });
