import { expect, test } from "vitest";
import { azureClouds } from "../../../src/lib/domain/cloud-endpoints.ts";
import { parseNamespaceHost } from "../../../src/lib/domain/customer.ts";

const suffix = azureClouds.public.serviceBusSuffix;

test.each([
  ["contoso.servicebus.windows.net", "contoso.servicebus.windows.net"],
  ["Contoso-EMEA.ServiceBus.Windows.NET", "contoso-emea.servicebus.windows.net"],
  ["abcdef.servicebus.windows.net", "abcdef.servicebus.windows.net"],
  [`${"a".repeat(50)}.servicebus.windows.net`, `${"a".repeat(50)}.servicebus.windows.net`],
])("%s is a namespace, kept in lower case", (text, host) => {
  expect(parseNamespaceHost(text, suffix)).toBe(host);
});

test.each([
  ["another host behind the suffix", "contoso.servicebus.windows.net.evil.example"],
  ["another host behind a user", "contoso.servicebus.windows.net@evil.example"],
  ["a user before the host", "user@contoso.servicebus.windows.net"],
  ["a user and password before the host", "user:pass@contoso.servicebus.windows.net"],
  ["another host before a fragment", "evil.example#.servicebus.windows.net"],
  ["another host before a query", "evil.example?.servicebus.windows.net"],
  ["another host before a path", "evil.example/.servicebus.windows.net"],
  ["another host before a backslash", "evil.example\\.servicebus.windows.net"],
  ["another host before a percent sign", "contoso%2eevil.servicebus.windows.net"],
  ["a port", "contoso.servicebus.windows.net:5671"],
  ["a scheme", "sb://contoso.servicebus.windows.net"],
  ["a scheme without slashes", "sb:contoso.servicebus.windows.net"],
  ["a path", "contoso.servicebus.windows.net/commands"],
  ["a slash at the end", "contoso.servicebus.windows.net/"],
  ["a dot at the end", "contoso.servicebus.windows.net."],
  ["a dot before the suffix too many", "contoso..servicebus.windows.net"],
  ["a label more", "x.contoso.servicebus.windows.net"],
  ["the suffix twice", "contoso.servicebus.windows.net.servicebus.windows.net"],
  ["the suffix alone", "servicebus.windows.net"],
  ["the suffix with an empty label", ".servicebus.windows.net"],
  ["the suffix without its dot", "contososervicebus.windows.net"],
  ["letters of another script", "cоntoso.servicebus.windows.net"],
  ["full-width dots", "contoso．servicebus．windows．net"],
  ["a suffix in another script", "contoso.servicebus.wіndows.net"],
  ["punycode in the suffix", "contoso.servicebus.xn--wndows-ovf.net"],
  ["another cloud's suffix", "contoso.servicebus.chinacloudapi.cn"],
  ["an address", "10.0.0.4"],
  ["an address before the suffix", "10.0.0.4.servicebus.windows.net"],
  ["an IPv6 address", "[::1]"],
  ["too short a label", "short.servicebus.windows.net"],
  ["too long a label", `${"a".repeat(51)}.servicebus.windows.net`],
  ["a digit first", "1contoso.servicebus.windows.net"],
  ["a hyphen last", "contoso-.servicebus.windows.net"],
  ["an underscore", "contoso_emea.servicebus.windows.net"],
  ["white space before", " contoso.servicebus.windows.net"],
  ["a line feed behind", "contoso.servicebus.windows.net\n"],
  ["a zero byte", "contoso\0.servicebus.windows.net"],
  ["nothing", ""],
])("%s is refused: %j", (_, text) => {
  expect(() => parseNamespaceHost(text, suffix)).toThrow(
    "expected a namespace host of this cloud: <6 to 50 letters, digits, hyphens>.servicebus.windows.net",
  );
});

test("dots of the suffix are dots, not any character", () => {
  expect(() => parseNamespaceHost("contoso.servicebusXwindows.net", suffix)).toThrow();
});

test("every cloud has a suffix of its own", () => {
  const host = (cloud: keyof typeof azureClouds) => `contoso.${azureClouds[cloud].serviceBusSuffix}`;

  expect(parseNamespaceHost(host("china"), azureClouds.china.serviceBusSuffix)).toBe(
    "contoso.servicebus.chinacloudapi.cn",
  );
  expect(() => parseNamespaceHost(host("china"), azureClouds.usgovernment.serviceBusSuffix)).toThrow();
});
