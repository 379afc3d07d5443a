import type { Environment } from "../credentials/credential-kit.ts";

/**
 * The proxy that HTTPS_PROXY names for a host, unless NO_PROXY exempts it; the names in lower case win, as in curl. Own code
 * rather than proxy-from-env: that package reads only the environment of the process. It also exempts the hosts below a name
 * only where NO_PROXY has the name with a dot or an asterisk.
 */
export function selectProxy(host: string, env: Environment): string | undefined {
  const proxy = env.https_proxy || env.HTTPS_PROXY;
  if (!proxy || isExempt(host.toLowerCase(), env.no_proxy || env.NO_PROXY || "")) return undefined;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

/** `*` is every host; a name is itself and every host below it, with `.`, `*.` or nothing before it. */
const isExempt = (host: string, list: string): boolean =>
  list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .map((entry) => entry.replace(/:\d+$/, "").replace(/^\*?\./, ""))
    .some((name) => name === "*" || host === name || host.endsWith(`.${name}`));
