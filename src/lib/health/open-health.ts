import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { Failure } from "../errors/failure.ts";
import type { CustomerHealthTracker } from "../telemetry/customer-health.ts";
import { type HealthAddress, isLoopback } from "./health-address.ts";
import { healthReport } from "./health-report.ts";
import { keepNewest } from "./keep-newest.ts";

type Served = { readonly fleet: CustomerHealthTracker; readonly metrics: () => Promise<string> };
type Answer = { readonly status: number; readonly body: string; readonly type?: string };

const json = "application/json; charset=utf-8";
const text = "text/plain; charset=utf-8";

/** Answers probes over HTTP until it is disposed of. It is read-only and contains no secret. */
export async function openHealth({ host, port }: HealthAddress, served: Served) {
  const onLoopback = isLoopback(host);
  const server = createServer(
    {
      maxHeaderSize: 8_192,
      headersTimeout: 5_000,
      requestTimeout: 5_000,
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: 1_000,
    },
    async (request, response) => {
      const { status, body, type = text } = await answerTo(request, onLoopback, served);
      response.writeHead(status, {
        ...{ "content-type": type, "cache-control": "no-store", "x-content-type-options": "nosniff" },
        ...(status === 405 ? { allow: "GET, HEAD" } : {}),
        // The body of a request that is refused is not read.
        ...(request.method === "GET" || request.method === "HEAD" ? {} : { connection: "close" }),
      });
      response.end(request.method === "HEAD" ? undefined : body);
    },
  );
  keepNewest(server, 64);
  server.listen(port, host);
  await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
    throw new Failure("ListenFailed", `the health endpoint cannot listen on ${host}:${port} (${error.code})`, {
      ...(error.code === undefined ? {} : { serviceCode: error.code }),
      cause: error,
    });
  });
  const at = server.address();
  return {
    port: typeof at === "object" && at !== null ? at.port : port,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answerTo(request: IncomingMessage, onLoopback: boolean, { fleet, metrics }: Served): Promise<Answer> {
  const { method, url = "", headers } = request;
  if (onLoopback && !namesNoDomain(headers.host)) return { status: 421, body: "ask by address\n" };
  if (method !== "GET" && method !== "HEAD") return { status: 405, body: "GET only\n" };
  const { live, ready, stuck, customers, ...more } = healthReport(fleet);
  switch (url) {
    case "/livez":
      return live ? { status: 200, body: "ok\n" } : { status: 503, body: `stuck: ${stuck.join(" ")}\n` };
    case "/readyz":
      return ready ? { status: 200, body: "ok\n" } : { status: 503, body: `connecting: ${customers.connecting}\n` };
    case "/status":
      return { status: 200, body: `${JSON.stringify({ live, ready, customers, stuck, ...more })}\n`, type: json };
    case "/metrics":
      return { status: 200, body: await metrics(), type: "text/plain; version=0.0.4; charset=utf-8" };
    default:
      return { status: 404, body: "/livez /readyz /metrics /status\n" };
  }
}

/**
 * A page in a browser on this machine could reach loopback through its own host name (DNS rebinding). The request then contains
 * that name, and is refused. Probes use the address. Beyond loopback, every client that reaches the port can read.
 */
function namesNoDomain(host = ""): boolean {
  const [, bracketed, plain = ""] = /^(?:\[([^\]]+)\]|([^:]*))(?::\d+)?$/.exec(host) ?? [];
  return bracketed !== undefined ? isIP(bracketed) === 6 : plain === "" || plain === "localhost" || isIP(plain) === 4;
}
