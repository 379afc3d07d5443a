import dns from "node:dns";
import { appendFileSync } from "node:fs";

/**
 * Loaded before the program. From then on no name is resolved, so nothing leaves this machine, and each requested name
 * is recorded. All clients in Node use this function, AMQP's and HTTP's alike, unless they use the proxy.
 */
const refuse = (name: string, ...rest: unknown[]): void => {
  appendFileSync(String(process.env.ASKED_NAMES), `${name}\n`);
  const callback = rest.at(-1);
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: "ENOTFOUND", hostname: name });
  if (typeof callback === "function") setImmediate(() => callback(error));
};

Object.assign(dns, { lookup: refuse });
