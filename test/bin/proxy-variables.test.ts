import { expect, test } from "vitest";
import { exemptLoopback, unifyProxyVariables } from "../../bin/proxy-variables.ts";

const unified = (env: Record<string, string | undefined>) => {
  unifyProxyVariables(env);
  return env;
};

test("an asterisk in NO_PROXY switches every proxy off", () => {
  expect(
    unified({ HTTPS_PROXY: "http://p:1", all_proxy: "http://q:1", http_proxy: "http://r:1", NO_PROXY: "*" }),
  ).toEqual({
    NO_PROXY: "*",
  });
});

test("names, patterns and ports are written so that every library exempts the same hosts", () => {
  const { NO_PROXY, no_proxy } = unified({
    HTTPS_PROXY: "http://p:1",
    NO_PROXY: "a.example:443, *.b.example .c.example,10.0.0.1",
  });

  expect(NO_PROXY).toBe(no_proxy);
  expect(NO_PROXY?.split(",").sort()).toEqual(
    [
      ".a.example",
      ".b.example",
      ".c.example",
      "10.0.0.1",
      "169.254.169.254",
      "a.example",
      "b.example",
      "c.example",
    ].sort(),
  );
});

test("the names in lower case win, and the identity endpoint of the machine is never behind a proxy", () => {
  expect(unified({ https_proxy: "http://low:1", HTTPS_PROXY: "http://high:1" })).toEqual({
    https_proxy: "http://low:1",
    HTTPS_PROXY: "http://low:1",
    no_proxy: "169.254.169.254",
    NO_PROXY: "169.254.169.254",
  });
});

test("without a proxy nothing changes", () => {
  expect(unified({ NO_PROXY: "localhost" })).toEqual({ NO_PROXY: "localhost" });
});

test("no proxy answers for a sandbox on this machine, and what was exempt stays so", () => {
  const env: Record<string, string | undefined> = { HTTPS_PROXY: "http://p:1", NO_PROXY: "a.example" };
  exemptLoopback(env);

  expect(unified(env).no_proxy?.split(",")).toEqual(
    expect.arrayContaining(["a.example", ".a.example", "localhost", ".localhost", "127.0.0.1"]),
  );
});
