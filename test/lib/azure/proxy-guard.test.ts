import { expect, test } from "vitest";
import { mapAzureError } from "../../../src/lib/azure/error-mapping.ts";
import { guardProxy } from "../../../src/lib/azure/proxy-guard.ts";

test.each([
  [{ HTTPS_PROXY: "proxy.example:3128" }, "HTTPS_PROXY has no scheme"],
  [{ https_proxy: "socks5://proxy.example:1080" }, "https_proxy names a SOCKS proxy (socks5)"],
  [{ ALL_PROXY: "SOCKS5H://proxy.example:1080" }, "ALL_PROXY names a SOCKS proxy (socks5h)"],
  [{ HTTP_PROXY: "ftp://proxy.example" }, "HTTP_PROXY has the scheme ftp"],
  [{ HTTPS_PROXY: "http://" }, "HTTPS_PROXY is not a valid address"],
])("%o is refused as a usage error, without the value", (env, message) => {
  expect(() => guardProxy(env)).toThrow(
    expect.objectContaining({ kind: "usage", code: "ProxyInvalid", message: expect.stringContaining(message) }),
  );
});

test("a password is not part of the message", () => {
  expect(() => guardProxy({ HTTPS_PROXY: "user:hunter2@proxy.example:3128" })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("hunter2") }),
  );
});

test.each([
  [{}],
  [{ HTTPS_PROXY: "" }],
  [{ HTTPS_PROXY: "http://user:secret@proxy.example:3128", NO_PROXY: "*" }],
  [{ https_proxy: "https://proxy.example" }],
])("%o is accepted", (env) => {
  expect(() => guardProxy(env)).not.toThrow();
});

const failureOf = (words: string) =>
  mapAzureError(new Error("fetch failed", { cause: new Error(words) }), {
    customer: "acme",
    tenant: "t",
    namespace: "n",
  });

test.each([
  [
    { HTTPS_PROXY: "http://ops:hunter2@127.0.0.1:9" },
    "connect ECONNREFUSED 127.0.0.1:9",
    /^the proxy 127\.0\.0\.1:9 \(HTTPS_PROXY\) refuses/,
  ],
  [
    { https_proxy: "http://proxy.example" },
    "getaddrinfo ENOTFOUND proxy.example",
    /^the name of the proxy proxy\.example \(https_proxy\) was not/,
  ],
  [{}, "getaddrinfo ENOTFOUND login.example", /^the name login\.example was not found, and no proxy is set /],
  [
    { HTTPS_PROXY: "http://proxy.example:80" },
    "connect ECONNREFUSED 10.0.0.4:443",
    /^10\.0\.0\.4:443 refuses the connection \(/,
  ],
])("with %j, a failed connection (%s) says whether the place is a proxy", (env, words, message) => {
  guardProxy(env);

  expect(failureOf(words)).toMatchObject({ message: expect.stringMatching(message) });
});
