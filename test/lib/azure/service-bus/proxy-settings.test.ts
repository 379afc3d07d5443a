import { expect, test } from "vitest";
import { selectProxy } from "../../../../src/lib/azure/service-bus/proxy-settings.ts";

test.each([
  [{}, undefined],
  [{ HTTPS_PROXY: "http://p:1" }, "http://p:1"],
  [{ HTTPS_PROXY: "p:1" }, "http://p:1"],
  [{ https_proxy: "http://q:1", HTTPS_PROXY: "http://p:1" }, "http://q:1"],
  [{ HTTPS_PROXY: "http://p:1", NO_PROXY: "*" }, undefined],
  [{ HTTPS_PROXY: "http://p:1", NO_PROXY: "a.example, .Windows.net" }, undefined],
  [{ HTTPS_PROXY: "http://p:1", NO_PROXY: "*.servicebus.windows.net:443" }, undefined],
  [{ HTTPS_PROXY: "http://p:1", no_proxy: "acme-bus.servicebus.windows.net" }, undefined],
  [{ HTTPS_PROXY: "http://p:1", NO_PROXY: "servicebus.windows.net" }, undefined],
  [{ HTTPS_PROXY: "http://p:1", NO_PROXY: "bus.servicebus.windows.net,dows.net" }, "http://p:1"],
])("with %o the proxy is %s", (env, proxy) => {
  expect(selectProxy("acme-bus.servicebus.windows.net", env)).toBe(proxy);
});
