import type { Agent } from "node:https";
import type { HttpClient, PipelinePolicy } from "@azure/core-rest-pipeline";
import { Failure } from "../../errors/failure.ts";
import { answerLimits, fetchBounded, sendBounded } from "./bounded-answer.ts";
import { type AnswerFormat, foreignAnswer } from "./foreign-answer.ts";
import { untrustedCertificate } from "./untrusted-certificate.ts";

/** Checks the answers to the requests of a client before its SDK reads them. */
export type HttpGuard = {
  /** The transport for a client of Azure's SDKs. */
  readonly httpClient: HttpClient;
  /** The same for a client that accepts no transport: it belongs behind the policy that repeats requests. */
  readonly policy: PipelinePolicy;
  /** The transport for any other client. */
  readonly fetch: typeof fetch;
  /** Makes a call of the client. Some SDKs replace an error of their transport: this one throws it again. */
  readonly call: <T>(call: () => Promise<T>) => Promise<T>;
};

/** An SDK repeats a request after such an answer. */
const isRetried = (status: number) => status === 408 || status === 429 || status >= 500;

export function createHttpGuard(format: AnswerFormat = "JSON", limits = answerLimits): HttpGuard {
  let last: unknown;
  /** What was wrong with the last request: the answer is not the service's, or there was none. */
  const problem = () => last;
  /** An SDK would take a page with HTTP 200 for an empty result, so that no SDK may see it. */
  const check = (answer: Parameters<typeof foreignAnswer>[0]) => {
    last = foreignAnswer(answer, format);
    if (last !== undefined && !isRetried(answer.status)) throw last;
  };
  const policy: PipelinePolicy = {
    name: "http-guard",
    sendRequest: async (request, send) => {
      const answer = await sendBounded(request, send, limits).catch(async (error: unknown) => {
        last = (await untrustedCertificate(error, request.url, request.agent as Agent | undefined)) ?? error;
        throw last;
      });
      const { status, headers, bodyAsText } = answer;
      check({ url: request.url, status, contentType: headers.get("content-type"), body: bodyAsText ?? "" });
      return answer;
    },
  };
  return {
    policy,
    httpClient: {
      sendRequest: async (request) => {
        const transport = await sdkTransport();
        return policy.sendRequest(request, (next) => transport.sendRequest(next));
      },
    },
    fetch: async (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      const answer = await fetchBounded(input, init, limits).catch(async (error: unknown) => {
        last = (await untrustedCertificate(error, url)) ?? error;
        throw last;
      });
      const { status, headers } = answer;
      const body = await answer.clone().text();
      check({ url, status, contentType: headers.get("content-type") ?? undefined, body });
      return answer;
    },
    call: async (call) => {
      last = undefined;
      try {
        return await call();
      } catch (error) {
        const found = problem();
        if (error instanceof Failure || found === undefined) throw error;
        throw found instanceof Failure ? found.with({ cause: error }) : found;
      }
    },
  };
}

/** One for all clients, so that they share its connections. */
let shared: Promise<HttpClient> | undefined;
const sdkTransport = (): Promise<HttpClient> =>
  (shared ??= import("@azure/core-rest-pipeline").then(({ createDefaultHttpClient }) => createDefaultHttpClient()));
