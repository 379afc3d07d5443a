import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Answer } from "../http.ts";
import { isAzureName } from "./azure-names.ts";

/** An HTTP server (never listening itself) for what comes out of the proxy's tunnels: Azure's names only. */
export function createAzureServer(answer: Answer, log: (line: string) => void): Server {
  const errorHandler = (error: unknown) => {
    log(`failed: ${error instanceof Error ? error.stack : String(error)}`);
    return new Response("The sandbox failed; its log says how.\n", { status: 500 });
  };
  const listener = getRequestListener(logged(answer, log), { overrideGlobalObjects: false, errorHandler });
  return createServer((request, response) => {
    if (servesHost(request.headers.host)) return void listener(request, response);
    log(`proxy: ${request.method} for another host 421`);
    response.writeHead(421, { "content-type": "text/plain" }).end("This host name is not served here.\n");
  });
}

/** Whether a request's Host is one of Azure's names, with no port or the port of HTTPS. */
export const servesHost = (host: string | undefined): boolean =>
  isAzureName((host ?? "").toLowerCase().replace(/:443$/, ""));

/** One line for each request, without the query, which may hold codes. */
const logged =
  (answer: Answer, log: (line: string) => void): Answer =>
  async (request) => {
    const response = await answer(request);
    const { hostname, pathname } = new URL(request.url);
    log(`proxy: ${request.method} ${hostname}${pathname} ${response.status}`);
    return response;
  };
