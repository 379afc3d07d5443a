import { Failure } from "../errors/failure.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that the libraries read. */
const variables = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];

/**
 * Refuses a proxy that the libraries cannot use: each would fail in another way, and late. Throws Failure "usage". The value is
 * not part of the message, because it may contain a password.
 */
export function guardProxy(env: Environment): void {
  for (const variable of variables) {
    const problem = problemOf(env[variable]?.trim() ?? "");
    if (problem !== undefined) throw new Failure("ProxyInvalid", `${variable} ${problem}`, { params: { variable } });
  }
}

function problemOf(text: string): string | undefined {
  if (text === "") return undefined;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return "has no scheme";
  if (scheme.startsWith("socks")) return `names a SOCKS proxy (${scheme}), and only HTTP proxies can be used`;
  if (scheme !== "http" && scheme !== "https") return `has the scheme ${scheme}, and only http and https can be used`;
  return URL.canParse(text) ? undefined : "is not a valid address";
}
