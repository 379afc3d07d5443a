import type { PipelineRequest, PipelineResponse } from "@azure/core-rest-pipeline";
import { withTimeout } from "../../concurrency/timeout.ts";
import { Failure } from "../../errors/failure.ts";

/** What one answer of a service may take. */
export type AnswerLimits = {
  /** Bytes of the body after it has been decompressed. A page of Graph or Resource Manager has less than 4 MB. */
  readonly bytes: number;
  /** Milliseconds from the request to the last byte of its answer. */
  readonly milliseconds: number;
};

export const answerLimits: AnswerLimits = { bytes: 16 * 1024 ** 2, milliseconds: 60_000 };

type Send = (request: PipelineRequest) => Promise<PipelineResponse>;

/**
 * The answer to a request of one of Azure's SDKs, with its whole body as text. The SDK's transport has no limits: here it hands its
 * stream over, and the stream is read within them.
 */
export async function sendBounded(
  request: PipelineRequest,
  send: Send,
  limits = answerLimits,
): Promise<PipelineResponse> {
  const { abortSignal, streamResponseStatusCodes } = request;
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  if (abortSignal?.aborted) onAbort();
  else abortSignal?.addEventListener("abort", onAbort);
  request.abortSignal = stop.signal;
  request.streamResponseStatusCodes = new Set([Number.POSITIVE_INFINITY]);
  const { host } = new URL(request.url);
  const answer = async () => {
    const response = await send(request);
    // No service that is used here redirects. Without the address, no SDK follows.
    if (response.status >= 300 && response.status < 400) response.headers.delete("location");
    const { readableStreamBody: stream } = response;
    if (stream === undefined) return response;
    delete response.readableStreamBody;
    response.bodyAsText = await readBounded(host, stream as AsyncIterable<Uint8Array>, limits.bytes);
    return response;
  };
  try {
    return await withTimeout(host, limits.milliseconds, answer());
  } catch (error) {
    stop.abort();
    throw error;
  } finally {
    abortSignal?.removeEventListener("abort", onAbort);
    if (abortSignal === undefined) delete request.abortSignal;
    else request.abortSignal = abortSignal;
    if (streamResponseStatusCodes === undefined) delete request.streamResponseStatusCodes;
    else request.streamResponseStatusCodes = streamResponseStatusCodes;
  }
}

/** The same for `fetch`, which follows no redirect unless the caller says how. */
export async function fetchBounded(
  input: Parameters<typeof fetch>[0],
  init?: RequestInit,
  limits = answerLimits,
): Promise<Response> {
  const stop = new AbortController();
  const signals = init?.signal ? [init.signal, stop.signal] : [stop.signal];
  const { host } = new URL(input instanceof Request ? input.url : String(input));
  const answer = async () => {
    const response = await fetch(input, { redirect: "error", ...init, signal: AbortSignal.any(signals) });
    const { body, status, statusText, headers, url } = response;
    if (body === null) return response;
    const whole = new Response(await readBounded(host, body, limits.bytes), { status, statusText, headers });
    return Object.defineProperty(whole, "url", { value: url });
  };
  try {
    return await withTimeout(host, limits.milliseconds, answer());
  } catch (error) {
    stop.abort();
    throw error;
  }
}

/** Ending the loop early also ends the stream, and the connection behind it. */
async function readBounded(host: string, stream: AsyncIterable<Uint8Array>, bytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream) {
    length += part.length;
    if (length > bytes)
      throw new Failure("AnswerTooLarge", `the answer of ${host} is larger than ${bytes} bytes (AnswerTooLarge)`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
