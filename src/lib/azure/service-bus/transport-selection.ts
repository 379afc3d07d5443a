import { isIP } from "node:net";
import { connect } from "node:tls";
import type { WebSocketOptions } from "@azure/service-bus";
import type { Config } from "../../config/config.ts";
import type { NamespaceHost } from "../../domain/customer.ts";
import type { Transport } from "../../domain/transport.ts";
import type { Surroundings } from "../credentials/credential-kit.ts";
import { selectProxy } from "./proxy-settings.ts";

/** How a namespace is reached; the options are there where it is a WebSocket. */
export type TransportSelection = { readonly transport: Transport; readonly webSocketOptions?: WebSocketOptions };

type Probing = { readonly port?: number; readonly patience?: number };
type Target = Pick<Config, "cloud" | "transport">;

/** Chooses once for each namespace; asked for while the token is under way, so that a port that answers costs no time. */
export function createTransportSelector({ env, log }: Surroundings, { port = 5671, patience = 2_000 }: Probing = {}) {
  const known = new Map<NamespaceHost, Promise<TransportSelection>>();

  const choose = async (
    { cloud, transport }: Target,
    namespace: NamespaceHost,
  ): Promise<readonly [Transport, string]> => {
    if (transport !== "auto") return [transport, "as asked for"];
    // A stand-in has one port for both.
    if (cloud.sandbox !== undefined) return ["amqp", "a stand-in"];
    // AMQP over TCP knows no proxy, and who sets one has no other way out.
    if (selectProxy(namespace, env) !== undefined) return ["websocket", "HTTPS_PROXY is set"];
    const trouble = await probe(namespace, port, patience);
    return trouble === undefined ? ["amqp", `port ${port} answers`] : ["websocket", `port ${port}: ${trouble}`];
  };

  const find = async (target: Target, namespace: NamespaceHost): Promise<TransportSelection> => {
    const [transport, why] = await choose(target, namespace);
    const host = hostOf(target, namespace);
    const proxy = transport === "websocket" ? selectProxy(host, env) : undefined;
    log.debug(`${namespace}: ${transport}${proxy === undefined ? "" : " through the proxy"} (${why})`);
    return transport === "amqp" ? { transport } : { transport, webSocketOptions: await webSocketOptions(proxy) };
  };

  return (target: Target, namespace: NamespaceHost): Promise<TransportSelection> => {
    const route = known.get(namespace) ?? find(target, namespace);
    known.set(namespace, route);
    return route;
  };
}

const hostOf = ({ cloud: { sandbox } }: Target, namespace: NamespaceHost): string =>
  sandbox === undefined ? namespace : new URL(sandbox.serviceBusEndpoint).hostname;

/** Loaded only here: most networks let AMQP through. */
async function webSocketOptions(proxy: string | undefined): Promise<WebSocketOptions> {
  const { WebSocket } = await import("ws");
  if (proxy === undefined) return { webSocket: WebSocket };
  const { HttpsProxyAgent } = await import("https-proxy-agent");
  return { webSocket: WebSocket, webSocketConstructorOptions: { agent: new HttpsProxyAgent(proxy) } };
}

/** What a closed way out looks like; any other trouble (a name, a certificate) a WebSocket would meet, too, and the connection itself tells. */
const closed = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "EPROTO",
  "ERR_SSL_WRONG_VERSION_NUMBER",
]);

/** Why nobody speaks TLS at the port, if so. A handshake, since some firewalls let TCP connect and swallow what follows; nothing is sent after it. */
function probe(host: string, port: number, patience: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = connect({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) });
  const timer = setTimeout(() => resolve(`no answer in ${patience} ms`), patience);
  socket.once("secureConnect", () => resolve(undefined));
  socket.on("error", ({ code = "" }: NodeJS.ErrnoException) => resolve(closed.has(code) ? code : undefined));
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
}
