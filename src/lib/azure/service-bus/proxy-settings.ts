type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy that HTTPS_PROXY names for a host, unless NO_PROXY exempts it; small letters go first, as in curl. */
export function selectProxy(host: string, env: Environment): string | undefined {
  const proxy = env.https_proxy || env.HTTPS_PROXY;
  if (!proxy || isExempt(host.toLowerCase(), env.no_proxy || env.NO_PROXY || "")) return undefined;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

/** `*` is every host; a name means itself and what is below it, with `.`, `*.` or nothing before it. */
const isExempt = (host: string, list: string): boolean =>
  list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .map((entry) => entry.replace(/:\d+$/, "").replace(/^\*?\./, ""))
    .some((name) => name === "*" || host === name || host.endsWith(`.${name}`));
