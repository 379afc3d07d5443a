import { isIP } from "node:net";

/** Where the health endpoint listens. */
export type HealthAddress = { readonly host: string; readonly port: number };

const loopback = "127.0.0.1";

/** `8080` on loopback, `0.0.0.0:8080` for probes from other machines, `[::1]:8080`. Names are not allowed, because they would have to be resolved. */
export function parseHealthAddress(text: string): HealthAddress {
  const [, bracketed, plain, digits] = /^(?:(?:\[([^\]]+)\]|([^:]+)):)?(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? loopback;
  const port = Number(digits);
  const family = bracketed === undefined ? 4 : 6;
  if (!(port <= 65_535) || isIP(host) !== family)
    throw new Error("expected a port, or an address and a port: 8080, 0.0.0.0:8080, [::1]:8080.");
  return { host, port };
}

export const isLoopback = (host: string): boolean => /^127\.|^::1$/.test(host);
