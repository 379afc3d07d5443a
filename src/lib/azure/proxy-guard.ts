import { Failure } from "../errors/failure.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that the libraries read. */
const variables = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];

/**
 * The variables of the proxies by host, and by host and port, as a failed connection names them. A library's error does not say
 * that the place it tried is a proxy. Undefined until an environment was read.
 */
let proxies: ReadonlyMap<string, string> | undefined;

/** The variable that names this place as a proxy; "none" where no proxy is set, and undefined where nothing is known. */
export const proxyVariable = (place: string): string | undefined =>
  proxies?.size === 0 ? "none" : proxies?.get(place);

/**
 * Refuses a proxy that the libraries cannot use: each would fail in another way, and late. Throws Failure "usage". The value is
 * not part of the message, because it may contain a password.
 */
export function guardProxy(env: Environment): void {
  for (const variable of variables) {
    const problem = problemOf(env[variable]?.trim() ?? "");
    if (problem !== undefined) throw new Failure("ProxyInvalid", `${variable} ${problem}`, { params: { variable } });
  }
  proxies = new Map(
    variables.flatMap((variable) => placesOf(env[variable]?.trim() ?? "").map((one) => [one, variable])),
  );
}

const placesOf = (text: string): readonly string[] => {
  if (text === "") return [];
  const { hostname, port, protocol } = new URL(text);
  return [hostname, `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`];
};

function problemOf(text: string): string | undefined {
  if (text === "") return undefined;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return "has no scheme";
  if (scheme.startsWith("socks")) return `names a SOCKS proxy (${scheme}), and only HTTP proxies can be used`;
  if (scheme !== "http" && scheme !== "https") return `has the scheme ${scheme}, and only http and https can be used`;
  return URL.canParse(text) ? undefined : "is not a valid address";
}
