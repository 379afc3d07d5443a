import { isIP } from "node:net";
import { connect } from "node:tls";
import type { WebSocketOptions } from "@azure/service-bus";
import { resultWithin } from "../../concurrency/timeout.ts";
import type { Config } from "../../config/config.ts";
import { readSwitch } from "../../config/environment-switch.ts";
import type { NamespaceHost } from "../../domain/customer.ts";
import type { Transport } from "../../domain/transport.ts";
import type { Surroundings } from "../credentials/credential-kit.ts";
import type { EarlyLinks } from "./early-links.ts";
import { selectProxy } from "./proxy-settings.ts";

/** How a namespace is reached; a WebSocket has options. Without `earlyLinks` the SDK waits for each answer. */
export type TransportSelection = {
  readonly transport: Transport;
  readonly webSocketOptions?: WebSocketOptions;
  readonly earlyLinks?: EarlyLinks;
};

/** Tests use another port and less time. */
type ProbeOptions = { readonly port?: number; readonly milliseconds?: number };
type Target = Pick<Config, "cloud" | "transport">;

/** Chooses once for each namespace. Called while the token is requested, so that a port that answers costs no time. */
export function createTransportSelector(
  { env, log }: Surroundings,
  { port = 5671, milliseconds = 2_000 }: ProbeOptions = {},
) {
  const known = new Map<NamespaceHost, Promise<TransportSelection>>();
  const earlyLinks: EarlyLinks = { refuse: !readSwitch(env, "XTENANT_EARLY_LINKS", "1") };

  const choose = async (
    { cloud, transport }: Target,
    namespace: NamespaceHost,
  ): Promise<readonly [Transport, string]> => {
    if (transport !== "auto") return [transport, "as configured"];
    // The sandbox has one port for both.
    if (cloud.sandbox !== undefined) return ["amqp", "the sandbox"];
    // AMQP over TCP cannot use a proxy, and a machine with a proxy usually has no other way out.
    if (selectProxy(namespace, env) !== undefined) return ["websocket", "HTTPS_PROXY is set"];
    const problem = await probe(namespace, port, milliseconds);
    return problem === undefined ? ["amqp", `port ${port} answers`] : ["websocket", `port ${port}: ${problem}`];
  };

  const select = async (target: Target, namespace: NamespaceHost): Promise<TransportSelection> => {
    const [transport, why] = await choose(target, namespace);
    const host = hostOf(target, namespace);
    const proxy = transport === "websocket" ? selectProxy(host, env) : undefined;
    log.debug(`${namespace}: ${transport}${proxy === undefined ? "" : " through the proxy"} (${why})`);
    return transport === "amqp"
      ? { transport, earlyLinks }
      : { transport, earlyLinks, webSocketOptions: await webSocketOptions(proxy) };
  };

  return (target: Target, namespace: NamespaceHost): Promise<TransportSelection> => {
    const route = known.get(namespace) ?? select(target, namespace);
    known.set(namespace, route);
    return route;
  };
}

const hostOf = ({ cloud: { sandbox } }: Target, namespace: NamespaceHost): string =>
  sandbox === undefined ? namespace : new URL(sandbox.serviceBusEndpoint).hostname;

/** The libraries are loaded here: most networks allow AMQP, and need neither. */
async function webSocketOptions(proxy: string | undefined): Promise<WebSocketOptions> {
  const { WebSocket } = await import("ws");
  if (proxy === undefined) return { webSocket: WebSocket };
  const { HttpsProxyAgent } = await import("https-proxy-agent");
  return { webSocket: WebSocket, webSocketConstructorOptions: { agent: new HttpsProxyAgent(proxy) } };
}

/** Codes of a blocked port. Another problem (a name, a certificate) affects a WebSocket, too; the connection itself reports it. */
const blocked = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "EPROTO",
  "ERR_SSL_WRONG_VERSION_NUMBER",
]);

/**
 * Why no TLS handshake succeeds on the port; undefined when one does. Some firewalls let TCP connect and drop what follows.
 * Nothing is sent after the handshake.
 */
async function probe(host: string, port: number, milliseconds: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = connect({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) });
  socket.once("secureConnect", () => resolve(undefined));
  socket.on("error", ({ code = "" }: NodeJS.ErrnoException) => resolve(blocked.has(code) ? code : undefined));
  const result = await resultWithin(milliseconds, promise).finally(() => socket.destroy());
  return result === undefined ? `no answer in ${milliseconds} ms` : result.value;
}
