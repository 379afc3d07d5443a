import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";

/** The header in which ARM gives the code of a refusal; here Entra and Graph do so, too. */
export const refusalHeader = "x-ms-error-code";

/** Each namespace has its own host, as in Azure. No other site can own a name under .localhost. */
export const namespaceSuffix = ".servicebus.localhost";

export type Answer = (request: Request) => Response | Promise<Response>;

/**
 * An HTTP server, which does not listen, that answers only requests whose Host is this port on loopback. A web page of another
 * site cannot reach it through a name of its own (DNS rebinding).
 */
export function createHttp(
  port: number,
  answer: Answer,
  log: (line: string) => void,
  silenceMilliseconds = 30_000,
): Server {
  const isOwnHost = createHostCheck(port);
  const errorHandler = (error: unknown) => {
    log(`failed: ${error instanceof Error ? error.stack : String(error)}`);
    return new Response("The sandbox failed; its log says how.\n", { status: 500 });
  };
  const listener = getRequestListener(logged(answer, log), { overrideGlobalObjects: false, errorHandler });
  const asked = new WeakMap<Socket, IncomingMessage>();
  const server = createServer((request, response) => {
    asked.set(request.socket, request);
    response.once("close", () => asked.delete(request.socket));
    if (isOwnHost(request.headers.host)) return void listener(request, response);
    log(`${request.method} for another host 421`);
    response.writeHead(421, { "content-type": "text/plain" }).end("This host name is not served here.\n");
  });
  // Node's own limits begin with `listen`, which this server never calls. Who waits for our answer may be silent, who owes us the rest of a request not.
  server.timeout = silenceMilliseconds;
  server.keepAliveTimeout = Math.min(server.keepAliveTimeout, silenceMilliseconds);
  server.on("timeout", (socket) => {
    if (asked.get(socket)?.complete !== true) socket.destroy();
  });
  return server;
}

/** The ports of HTTP and HTTPS, which a client leaves out of the Host header (RFC 9110 §4.2). */
const defaultPorts = [80, 443];

/** The address of the sandbox, as clients normalize it: the port of HTTPS is left out. */
export const baseUrlOf = (port: number): string => new URL(`https://localhost:${port}`).origin;

/** Whether a Host header names this port on loopback, or under the name of a namespace. */
export function createHostCheck(port: number): (host: string | undefined) => boolean {
  const ends = [`:${port}`, ...(defaultPorts.includes(port) ? [""] : [])];
  const hosts = ["localhost", "127.0.0.1", "[::1]"].flatMap((name) => ends.map((end) => `${name}${end}`));
  const namespace = /^[a-z0-9-]+$/;
  const ofNamespace = (host: string) =>
    ends
      .map((end) => `${namespaceSuffix}${end}`)
      .some((end) => host.endsWith(end) && namespace.test(host.slice(0, -end.length)));
  return (host = "") => hosts.includes(host.toLowerCase()) || ofNamespace(host.toLowerCase());
}

/** One line for each request: its path without the query, which may hold codes and states, and the code of a refusal. */
const logged =
  (answer: Answer, log: (line: string) => void): Answer =>
  async (request) => {
    const response = await answer(request);
    const code = response.headers.get(refusalHeader);
    log([request.method, new URL(request.url).pathname, response.status, code ?? ""].join(" ").trimEnd());
    return response;
  };
