import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import type { WebSocketOptions } from "@azure/service-bus";
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
  /** The connection on which the port has answered, for the first client that takes it; undefined after that. */
  readonly takeSocket?: () => TLSSocket | undefined;
};

/** Tests use other ports and less time. */
type ProbeOptions = {
  readonly port?: number;
  readonly webSocketPort?: number;
  /** How long a port may take to answer. */
  readonly milliseconds?: number;
  /** After this time without an answer, the port of the WebSocket is tried too. The first that answers is used. */
  readonly headStart?: number;
};
type Target = Pick<Config, "cloud" | "transport">;

/** Chooses once for each namespace. Called while the token is requested, so that a port that answers costs no time. */
export function createTransportSelector(
  { env, log }: Surroundings,
  { port = 5671, webSocketPort = 443, milliseconds = 2_000, headStart = 600 }: ProbeOptions = {},
) {
  const known = new Map<NamespaceHost, Promise<TransportSelection>>();
  const earlyLinks: EarlyLinks = { refuse: !readSwitch(env, "XTENANT_EARLY_LINKS", "1") };

  const choose = async (
    { cloud, transport }: Target,
    namespace: NamespaceHost,
  ): Promise<readonly [Transport, string, TLSSocket?]> => {
    if (transport !== "auto") return [transport, "as configured"];
    // The sandbox has one port for both.
    if (cloud.sandbox !== undefined) return ["amqp", "the sandbox"];
    // AMQP over TCP cannot use a proxy, and a machine with a proxy usually has no other way out.
    if (selectProxy(namespace, env) !== undefined) return ["websocket", "HTTPS_PROXY is set"];
    const { socket, problem } = await race(namespace, { port, webSocketPort, milliseconds, headStart });
    return problem === undefined ? ["amqp", `port ${port} answers`, socket] : ["websocket", `port ${port}: ${problem}`];
  };

  const select = async (target: Target, namespace: NamespaceHost): Promise<TransportSelection> => {
    const [transport, why, socket] = await choose(target, namespace);
    const host = hostOf(target, namespace);
    const proxy = transport === "websocket" ? selectProxy(host, env) : undefined;
    log.debug(`${namespace}: ${transport}${proxy === undefined ? "" : " through the proxy"} (${why})`);
    return transport === "amqp"
      ? { transport, earlyLinks, ...(socket ? { takeSocket: keepForFirst(socket) } : {}) }
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

/**
 * What a WebSocket may hold before its bytes reach the guard of the connection. Service Bus sends frames of 64 KB; the library would
 * take 100 MB at a time, and unpack compressed data.
 */
const webSocketLimits = { maxPayload: 4 * 1024 ** 2, perMessageDeflate: false, handshakeTimeout: 20_000 };

/** The libraries are loaded here: most networks allow AMQP, and need neither. */
async function webSocketOptions(proxy: string | undefined): Promise<WebSocketOptions> {
  const { WebSocket } = await import("ws");
  if (proxy === undefined) return { webSocket: WebSocket, webSocketConstructorOptions: webSocketLimits };
  const { HttpsProxyAgent } = await import("https-proxy-agent");
  const agent = new HttpsProxyAgent(proxy);
  return { webSocket: WebSocket, webSocketConstructorOptions: { ...webSocketLimits, agent } };
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

/** How long a connection that has answered is kept for the client. */
const keepMilliseconds = 10_000;

/** Gives the socket away once, while it is open. It is closed when nobody takes it, and does not keep the process alive. */
function keepForFirst(socket: TLSSocket): () => TLSSocket | undefined {
  let kept: TLSSocket | undefined = socket;
  const onError = () => {};
  socket.on("error", onError);
  socket.unref();
  socket.setTimeout(keepMilliseconds, () => socket.destroy());
  return () => {
    const taken = kept;
    kept = undefined;
    if (taken === undefined || taken.destroyed || !taken.writable) return undefined;
    taken.ref();
    taken.setTimeout(0);
    taken.removeAllListeners("timeout");
    // rhea adds its own listener in the same turn of the event loop.
    setImmediate(() => taken.removeListener("error", onError));
    return taken;
  };
}

/** The connection of a port that answers; or why AMQP over TCP is not used. */
type Answer = { readonly socket?: TLSSocket; readonly problem?: string };

/**
 * Tries the port of AMQP, and when it is late the one of a WebSocket as well (RFC 8305 does so for addresses). Some firewalls
 * let TCP connect and drop what follows, so a port answers when its TLS handshake succeeds. Nothing is sent after the handshake.
 */
async function race(host: string, ports: Required<ProbeOptions>): Promise<Answer> {
  const { port, webSocketPort, milliseconds, headStart } = ports;
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const timers = [
    setTimeout(() => resolve({ problem: `no answer in ${milliseconds} ms` }), milliseconds),
    setTimeout(() => {
      other = connectTo(host, webSocketPort);
      other.once("secureConnect", () => resolve({ problem: "no answer before a WebSocket's port" }));
      other.on("error", () => {});
    }, headStart),
  ];
  let other: TLSSocket | undefined;
  const socket = connectTo(host, port);
  socket.once("secureConnect", () => resolve({ socket }));
  socket.on("error", ({ code = "" }: NodeJS.ErrnoException) => resolve(blocked.has(code) ? { problem: code } : {}));
  const answer = await promise;
  for (const timer of timers) clearTimeout(timer);
  other?.destroy();
  if (answer.socket === undefined) socket.destroy();
  return answer;
}

function connectTo(host: string, port: number): TLSSocket {
  // A client of AMQP sends small frames, and Nagle's algorithm would hold them back.
  const options = { host, port, noDelay: true, ...(isIP(host) === 0 ? { servername: host } : {}) };
  return connect(options);
}
