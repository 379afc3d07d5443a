import { createServer, connect as dial, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { listenOnFreePort } from "./listen-on-free-port.ts";

/**
 * The effects of a network on connections: the toxics of toxiproxy, and two kinds of silence that it does not have.
 * Times are in milliseconds.
 */
export type Toxic =
  | { readonly kind: "latency"; readonly milliseconds: number; readonly jitter: number }
  | { readonly kind: "bandwidth"; readonly bytesPerSecond: number }
  | { readonly kind: "slow_close"; readonly milliseconds: number }
  /** No data passes. The connection is closed after this time, or never when the time is 0. */
  | { readonly kind: "timeout"; readonly milliseconds: number }
  | { readonly kind: "reset_peer"; readonly milliseconds: number }
  | { readonly kind: "slicer"; readonly bytes: number; readonly milliseconds: number }
  | { readonly kind: "limit_data"; readonly bytes: number }
  /**
   * No data passes, and new connections get no answer. Data that was sent in the meantime arrives when the toxic ends.
   */
  | { readonly kind: "black_hole" };

export type ToxicProxy = {
  readonly port: number;
  /** Connections so far, with their times by `performance.now()`. */
  readonly connected: readonly number[];
  /** Bytes that were sent to the server so far. */
  sent(): number;
  /** Applies the toxic to every connection from now on. Undefined removes it. */
  infect(toxic: Toxic | undefined): void;
  /**
   * Current connections silently lose all bytes from now on, in both directions. New connections work, as after a NAT
   * lost its table.
   */
  forget(): number;
  /** Cuts all current connections. */
  cut(): number;
  close(): Promise<void>;
};

type Link = { readonly client: Socket; readonly server: Socket; forgotten: boolean; passed: number };

/** A TCP proxy on loopback. The seed decides its faults: `random` selects jitter and sizes. */
export async function openToxicProxy(target: number, random: () => number): Promise<ToxicProxy> {
  const links = new Set<Link>();
  const connected: number[] = [];
  let toxic: Toxic | undefined;
  let sent = 0;
  let { promise: changed, resolve: change } = Promise.withResolvers<void>();

  /** Waits until the chunk may pass. False when it never will. */
  async function mayPass(link: Link, chunk: Buffer): Promise<boolean> {
    for (;;) {
      if (link.forgotten) return false;
      switch (toxic?.kind) {
        case "black_hole":
        case "timeout":
          await changed;
          continue;
        case "latency":
          await sleep(toxic.milliseconds + random() * toxic.jitter);
          return true;
        case "bandwidth":
          await sleep((1000 * chunk.length) / toxic.bytesPerSecond);
          return true;
        default:
          return true;
      }
    }
  }

  async function pass(link: Link, from: Socket, to: Socket) {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      for (const piece of sliced(chunk)) {
        if (!(await mayPass(link, piece))) continue;
        if (toxic?.kind === "slicer") await sleep(toxic.milliseconds);
        link.passed += piece.length;
        if (toxic?.kind === "limit_data" && link.passed > toxic.bytes) return end(link);
        if (from === link.client) sent += piece.length;
        if (!to.destroyed && !to.write(piece)) await drained(to);
      }
    }
    if (toxic?.kind === "slow_close") await sleep(toxic.milliseconds);
    to.end();
  }

  function sliced(chunk: Buffer): Buffer[] {
    if (toxic?.kind !== "slicer") return [chunk];
    const pieces: Buffer[] = [];
    for (let at = 0; at < chunk.length; ) {
      const size = 1 + Math.floor(random() * 2 * toxic.bytes);
      pieces.push(chunk.subarray(at, at + size));
      at += size;
    }
    return pieces;
  }

  function end(link: Link, how: "destroy" | "resetAndDestroy" = "destroy") {
    link.client[how]();
    link.server[how]();
  }

  async function endLater(link: Link, milliseconds: number, how: "destroy" | "resetAndDestroy") {
    await sleep(milliseconds);
    end(link, how);
  }

  function suffer(link: Link) {
    link.passed = 0;
    if (toxic?.kind === "reset_peer") void endLater(link, toxic.milliseconds, "resetAndDestroy");
    if (toxic?.kind === "timeout" && toxic.milliseconds > 0) void endLater(link, toxic.milliseconds, "destroy");
  }

  const server = createServer({ noDelay: true }, (client) => {
    connected.push(performance.now());
    const link: Link = {
      client,
      server: dial({ port: target, host: "127.0.0.1", noDelay: true }),
      forgotten: false,
      passed: 0,
    };
    links.add(link);
    for (const socket of [client, link.server]) {
      socket.on("error", () => end(link));
      socket.on("close", () => links.delete(link));
    }
    suffer(link);
    pass(link, client, link.server).catch(() => end(link));
    pass(link, link.server, client).catch(() => end(link));
  });
  const port = await listenOnFreePort(server);
  const wake = () => {
    change();
    ({ promise: changed, resolve: change } = Promise.withResolvers<void>());
  };
  return {
    port,
    connected,
    sent: () => sent,
    infect(next) {
      toxic = next;
      wake();
      for (const link of links) suffer(link);
    },
    forget() {
      for (const link of links) link.forgotten = true;
      wake();
      return links.size;
    },
    cut() {
      const count = links.size;
      for (const link of links) end(link);
      return count;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        toxic = undefined;
        wake();
        for (const link of links) end(link);
      }),
  };
}

/** Resolves when it accepts more data, or is closed. */
const drained = (socket: Socket) =>
  new Promise<void>((resolve) => {
    socket.once("drain", resolve);
    socket.once("close", resolve);
  });
