import { createHmac } from "node:crypto";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
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
  // A HEAD says that the server answers, and delivers nothing.
  const probe = async () => void (await exchange(url, "HEAD", undefined, {}));
  await probe();
  const post = (body: string) => postTo(url, Buffer.from(body), signed(body, secret));
  return {
    name: "url",
    atOnce,
    refuses: true,
    probe,
    deliver: async (customer, message): Promise<SinkResult> => {
      const status = await post(safeJson(receivedRecord(customer, message)));
      return { outcome: status >= 200 && status < 300 ? "accepted" : "refused", details: { status } };
    },
    [Symbol.asyncDispose]: async () => {},
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

const postTo = (url: URL, body: Buffer, headers: Readonly<Record<string, string>>): Promise<number> =>
  exchange(url, "POST", body, {
    "content-type": "application/json",
    "content-length": String(body.length),
    ...headers,
  });

/** The status of the answer. Its content is not read. */
function exchange(
  url: URL,
  method: "HEAD" | "POST",
  body: Buffer | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const signal = AbortSignal.timeout(answerMilliseconds);
  const sent = request(url, { method, headers, signal, agent: false }, (response) => {
    resolve(response.statusCode ?? 0);
    response.destroy();
  });
  sent.once("error", (cause: NodeJS.ErrnoException) => {
    const why = signal.aborted ? `no answer in ${answerMilliseconds / 1000} s` : (cause.code ?? cause.message);
    reject(new Failure("WebhookUnreachable", `${url.origin} cannot be reached: ${why}`, { cause }));
  });
  sent.end(body);
  return promise;
}
