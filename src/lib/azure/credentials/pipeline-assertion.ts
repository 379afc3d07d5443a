import { Failure } from "../../errors/failure.ts";
import { fetchBounded } from "../http/bounded-answer.ts";
import { refuseForeignAnswer } from "../http/foreign-answer.ts";
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
};

export type PipelineRequest = {
  readonly service: PipelineService;
  /** Parameters of the request: the audience, or the service connection. */
  readonly query: Readonly<Record<string, string>>;
  readonly env: Environment;
  /** The sandbox's jobs may be anywhere on loopback; live ones only at the service's own hosts. */
  readonly loopback: boolean;
};

/** Requests a token that names this job from its CI service. Throws Failure "auth". */
export async function requestPipelineAssertion({ service, query, env, loopback }: PipelineRequest): Promise<string> {
  const { name, method, urlVariable, tokenVariable, field } = service;
  const [address, token] = [env[urlVariable], env[tokenVariable]];
  if (!address || !token)
    throw new Failure(
      "NoAssertion",
      `not running in a ${name} job that can get a token: ${address ? tokenVariable : urlVariable} is not set`,
    );
  const url = new URL(address);
  if (!isTrusted(url, service, loopback))
    throw new Failure("PipelineAddressUntrusted", `${urlVariable} is not an address of ${name}: ${url.host}`, {
      params: { variable: urlVariable },
    });
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  const answer = await fetchBounded(url, {
    method,
    redirect: "error",
    headers: { authorization: `Bearer ${token}`, accept: "application/json", "x-tfs-fedauthredirect": "Suppress" },
  });
  await refuseForeignAnswer(url, answer);
  const body: unknown = answer.ok ? await answer.json() : undefined;
  const assertion = typeof body === "object" && body !== null ? (body as Record<string, unknown>)[field] : undefined;
  if (typeof assertion !== "string") throw new Failure("NoAssertion", `${name} gave no token (HTTP ${answer.status})`);
  return assertion;
}

function isTrusted({ protocol, hostname }: URL, { hosts }: PipelineService, loopback: boolean): boolean {
  if (loopback) return hostname === "localhost" || hostname === "127.0.0.1";
  return (
    protocol === "https:" && hosts.some((host) => (host.startsWith(".") ? hostname.endsWith(host) : hostname === host))
  );
}
