import { createHmac } from "node:crypto";
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { isIP } from "node:net";
import { safeJson } from "../../domain/safe-json.ts";
import { Failure } from "../../errors/failure.ts";
import { receivedRecord } from "../receive-record.ts";
import type { Sink, SinkResult } from "./sink.ts";

/** The variable with the key of the signatures. */
const secretVariable = "XTENANT_WEBHOOK_SECRET";

/** How long a server may take to answer. */
const answerMilliseconds = 30_000;

type Options = {
  readonly url: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly atOnce: number;
};

/**
 * A server that gets each message as the record of `--json`, by POST. A status of 200 to 299 accepts the message, and any other
 * answer refuses it. When the server cannot be reached or does not answer, nothing is refused: the message is tried again later.
 *
 * @throws Failure "usage" for an address that is not on this machine and not https, or that has no key for signatures;
 *   "unavailable" when the server does not answer
 */
export async function urlSink({ url: text, env, atOnce }: Options): Promise<Sink> {
  const url = parseWebhook(text);
  const secret = env[secretVariable] || undefined;
  if (secret === undefined && !isLoopback(url))
    throw new Failure("WebhookInvalid", `--to-url: a server on another machine needs signatures: ${secretVariable}`);
  // Messages share connections: another one for each would cost a handshake each.
  const agent = new (url.protocol === "https:" ? HttpsAgent : HttpAgent)({ keepAlive: true });
  // A HEAD says that the server answers, and delivers nothing.
  const probe = async () => void (await exchange(agent, url, { method: "HEAD" }));
  await probe();
  const post = (text: string) => {
    const body = Buffer.from(text);
    const headers = { "content-type": "application/json", "content-length": String(body.length) };
    return exchange(agent, url, { method: "POST", headers: { ...headers, ...signed(text, secret) }, body });
  };
  return {
    name: "url",
    atOnce,
    refuses: true,
    probe,
    deliver: async (customer, message): Promise<SinkResult> => {
      const status = await post(safeJson(receivedRecord(customer, message)));
      return { outcome: status >= 200 && status < 300 ? "accepted" : "refused", details: { status } };
    },
    [Symbol.asyncDispose]: async () => agent.destroy(),
  };
}

function parseWebhook(text: string): URL {
  const url = URL.parse(text);
  const problem =
    url === null || !/^https?:$/.test(url.protocol)
      ? "expected an address such as http://localhost:3000/statuses"
      : url.username || url.password
        ? "an address must not contain a password"
        : url.protocol === "http:" && !isLoopback(url)
          ? "http is for this machine only: use https"
          : undefined;
  if (url === null || problem !== undefined) throw new Failure("WebhookInvalid", `--to-url: ${problem}`);
  return url;
}

const isLoopback = ({ hostname }: URL): boolean => {
  const host = hostname.replace(/^\[|\]$/g, "");
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
};

/** The signature covers the time, so that an old request cannot be sent again: HMAC-SHA-256 of `<time>.<body>`. */
function signed(body: string, secret: string | undefined): Readonly<Record<string, string>> {
  if (secret === undefined) return {};
  const time = Math.floor(Date.now() / 1000);
  const signature = createHmac("sha256", secret).update(`${time}.${body}`).digest("hex");
  return { "x-xtenant-signature": `t=${time},v1=${signature}` };
}

type Exchange = {
  readonly method: "HEAD" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
};

/** The status of the answer. */
function exchange(agent: HttpAgent, url: URL, { method, headers = {}, body }: Exchange): Promise<number> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const signal = AbortSignal.timeout(answerMilliseconds);
  const sent = request(url, { method, headers, signal, agent }, (response) => {
    // At its end the connection is free for the next message.
    response.once("close", () => resolve(response.statusCode ?? 0));
    discard(response);
  });
  sent.once("error", (cause: NodeJS.ErrnoException) => {
    const why = signal.aborted ? `no answer in ${answerMilliseconds / 1000} s` : (cause.code ?? cause.message);
    reject(new Failure("WebhookUnreachable", `${url.origin} cannot be reached: ${why}`, { cause }));
  });
  sent.end(body);
  return promise;
}

/** Words that nobody reads. A connection that carries more of them than this is not used again. */
const discardedBytes = 64 * 1024;

function discard(response: IncomingMessage): void {
  let length = 0;
  // The status is known: what fails now concerns only the rest of the answer.
  response.on("error", () => {});
  response.on("data", (part: Buffer) => {
    length += part.length;
    if (length > discardedBytes) response.destroy();
  });
}
