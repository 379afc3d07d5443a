type Environment = Record<string, string | undefined>;

/** Where a machine asks for its own tokens (Azure Instance Metadata Service): no proxy can answer for it. */
const identityEndpoint = "169.254.169.254";

/**
 * Gives all libraries the same view of the proxy. Each reads the variables in its own way: Azure's SDKs prefer the names in
 * capitals, know no asterisk in NO_PROXY, and take a name for that host only.
 */
export function unifyProxyVariables(env: Environment): void {
  const proxy = env.https_proxy || env.HTTPS_PROXY || env.all_proxy || env.ALL_PROXY;
  const exempt = hostsOf(env.no_proxy || env.NO_PROXY || "");
  if (exempt.includes("*")) {
    for (const name of ["https_proxy", "http_proxy", "all_proxy"]) {
      delete env[name];
      delete env[name.toUpperCase()];
    }
    return;
  }
  if (!proxy) return;
  // A name with a dot is the host of that name and every host below it.
  const names = [...exempt.map((name) => (/^[\d.:[\]]+$/.test(name) ? name : `.${name}`)), identityEndpoint];
  for (const [name, value] of [
    ["https_proxy", proxy],
    ["no_proxy", [...new Set([...exempt, ...names])].join(",")],
  ] as const) {
    env[name] = value;
    env[name.toUpperCase()] = value;
  }
}

/** Lets no proxy answer for this machine. A sandbox that someone else started can be behind a proxy, for a rehearsal. */
export function exemptLoopback(env: Environment): void {
  const exempt = [env.no_proxy || env.NO_PROXY, "localhost", "127.0.0.1", "::1"].filter(Boolean).join(",");
  env.no_proxy = exempt;
  env.NO_PROXY = exempt;
}

const hostsOf = (list: string): string[] =>
  list
    .toLowerCase()
    .split(/[\s,]+/)
    .map((entry) => entry.replace(/:\d+$/, "").replace(/^\*?\./, ""))
    .filter((entry) => entry !== "");
