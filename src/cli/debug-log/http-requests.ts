import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { DebugLog } from "./debug-log.ts";

/** The ids by which the other side finds a request in its own logs. No other header is read. */
const idHeaders = [
  "x-ms-request-id",
  "x-ms-correlation-request-id",
  "request-id",
  "client-request-id",
  "x-ms-client-request-id",
  "x-ms-ests-server",
];

type Ids = { readonly [name: string]: string };
type FetchRequest = { readonly method: string; readonly origin: string; readonly path: string };
type FetchResponse = { readonly statusCode: number; readonly headers: readonly Buffer[] };

/** Logs every HTTP request of this process, from any library: Node reports them (diagnostics_channel). Never a body. */
export function logHttpRequests({ tell }: DebugLog): void {
  const begun = new WeakMap<object, number>();
  const begin = (request: object) => void begun.set(request, performance.now());
  const took = (request: object) => Math.round(performance.now() - (begun.get(request) ?? performance.now()));

  const classic = (request: ClientRequest) => ({
    method: request.method,
    host: request.host,
    path: withoutValues(request.path),
    duration: took(request),
  });
  on<{ request: ClientRequest }>("http.client.request.start", ({ request }) => begin(request));
  on<{ request: ClientRequest; response: IncomingMessage }>("http.client.response.finish", ({ request, response }) =>
    tell("http", { ...classic(request), status: response.statusCode, ids: idsOf(response.headers) }),
  );
  on<{ request: ClientRequest; error: NodeJS.ErrnoException }>("http.client.request.error", ({ request, error }) =>
    tell("http", { ...classic(request), error: error.code ?? error.name }),
  );

  const modern = (request: FetchRequest) => ({
    method: request.method,
    host: new URL(request.origin).host,
    path: withoutValues(request.path),
    duration: took(request),
  });
  on<{ request: FetchRequest }>("undici:request:create", ({ request }) => begin(request));
  on<{ request: FetchRequest; response: FetchResponse }>("undici:request:headers", ({ request, response }) =>
    tell("http", { ...modern(request), status: response.statusCode, ids: idsOf(pairs(response.headers)) }),
  );
  on<{ request: FetchRequest; error: NodeJS.ErrnoException }>("undici:request:error", ({ request, error }) =>
    tell("http", { ...modern(request), error: error.code ?? error.name }),
  );
}

/** What Node publishes on its channels is documented, and not typed. */
const on = <Message>(channel: string, hear: (message: Message) => void) =>
  subscribe(channel, (message) => hear(message as Message));

const plainParameters = ["api-version", "client-request-id"];

/** Which parameters there are, and what those say that are known to be plain. */
function withoutValues(path: string): string {
  const [before = "", query] = path.split("?", 2);
  if (query === undefined) return before;
  const shown = [...new URLSearchParams(query)].map(([name, value]) =>
    plainParameters.includes(name) ? `${name}=${value}` : name,
  );
  return `${before}?${shown.join("&")}`;
}

const idsOf = (headers: IncomingMessage["headers"] | Ids): Ids =>
  Object.fromEntries(
    idHeaders.flatMap((name) => {
      const value = headers[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );

function pairs(headers: readonly Buffer[]): Ids {
  const texts = headers.map(String);
  return Object.fromEntries(
    texts.flatMap((name, index) => (index % 2 === 0 ? [[name.toLowerCase(), texts[index + 1] ?? ""]] : [])),
  );
}
