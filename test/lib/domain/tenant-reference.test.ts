import { expect, test } from "vitest";
import { parseTenantReference } from "../../../src/lib/domain/customer.ts";

test("a GUID is an id, in lower case; a name with a dot is a domain", () => {
  expect(parseTenantReference("AAAAAAAA-AAAA-4AAA-8AAA-AAAAAAAAAAAA")).toEqual({
    id: "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
  });
  expect(parseTenantReference("Contoso.onmicrosoft.COM")).toEqual({ domain: "contoso.onmicrosoft.com" });
});

test.each([
  "",
  "contoso",
  "https://contoso.com",
  "contoso.com/",
  "contoso.com:443",
  "a..b",
  "-a.com",
  "a@b.com",
  "..",
  "a.com?x",
  "common",
])("'%s' is neither", (text) => {
  expect(() => parseTenantReference(text)).toThrow(/a GUID.*or a verified domain/);
});
