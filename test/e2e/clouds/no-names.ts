import dns from "node:dns";
import { appendFileSync } from "node:fs";

/**
 * Loaded before the program: from here on no name is ever resolved, so that nothing leaves this machine, and each that was
 * asked for is written down. Every client of Node's comes by here, AMQP's and HTTP's alike, unless it goes through the proxy.
 */
const refuse = (name: string, ...rest: unknown[]): void => {
  appendFileSync(String(process.env.ASKED_NAMES), `${name}\n`);
  const callback = rest.at(-1);
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: "ENOTFOUND", hostname: name });
  if (typeof callback === "function") setImmediate(() => callback(error));
};

Object.assign(dns, { lookup: refuse });
