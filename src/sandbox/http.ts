import { createServer, type IncomingMessage, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";

export type Answer = (request: Request) => Response | Promise<Response>;

/**
 * An HTTP server (never listening itself) that answers only requests whose Host is this very port on loopback: a web page
 * elsewhere cannot reach it through a name of its own (DNS rebinding).
 */
export function createHttp(port: number, answer: Answer, log: (line: string) => void): Server {
  const hosts = ["localhost", "127.0.0.1", "[::1]"].map((name) => `${name}:${port}`);
  const errorHandler = (error: unknown) => {
    log(`failed: ${error instanceof Error ? error.stack : String(error)}`);
    return new Response("The sandbox failed; its log says how.\n", { status: 500 });
  };
  const listener = getRequestListener(answer, { overrideGlobalObjects: false, errorHandler });
  return createServer((request, response) => {
    response.on("finish", () => log(`${request.method} ${pathOf(request)} ${response.statusCode}`));
    if (hosts.includes(request.headers.host?.toLowerCase() ?? "")) return void listener(request, response);
    response.writeHead(421, { "content-type": "text/plain" }).end("This host name is not served here.\n");
  });
}

/** Without the query, which may hold codes and states. */
const pathOf = ({ url = "" }: IncomingMessage) => url.replace(/\?.*$/s, "");
