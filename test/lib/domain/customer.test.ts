import { describe, expect, test } from "vitest";
import {
  parseCustomerName,
  parseGuid,
  parseQueueName,
  parseTag,
  parseTenantId,
  provenanceOf,
  queueOf,
} from "../../../src/lib/domain/customer.ts";
import { acme, ids } from "../../fakes/config-document.ts";

describe("a customer's name", () => {
  test.each(["a", "7", "acme", "acme-emea-2", "constructor", "a".repeat(40)])("may be %j", (name) => {
    expect(parseCustomerName(name)).toBe(name);
  });

  test.each([
    "",
    "Acme",
    "-acme",
    "acme-",
    "acme corp",
    "acme.eu",
    "acme_eu",
    "../acme",
    "acme\n",
    "äcme",
    "__proto__",
    "a".repeat(41),
  ])("may not be %j", (name) => {
    expect(() => parseCustomerName(name)).toThrow(/lower-case letters, digits and hyphens/);
  });
});

describe("a GUID", () => {
  test("is kept in lower case, so that two spellings of one tenant are equal", () => {
    expect(parseGuid("6F1C2D3E-4B5A-4C7D-8E9F-0A1B2C3D4E5F")).toBe("6f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f");
    expect(parseTenantId(ids.acme.toUpperCase())).toBe(ids.acme);
  });

  test.each([
    "",
    "6f1c2d3e4b5a4c7d8e9f0a1b2c3d4e5f",
    "{6f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f}",
    "6f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5",
    "6f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f0",
    "6f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5g",
    " 6f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f",
    "6f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f\n",
    "contoso.onmicrosoft.com",
  ])("is not %j", (text) => {
    expect(() => parseGuid(text)).toThrow(/expected a GUID/);
  });
});

describe("a queue's name", () => {
  test.each(["q", "commands", "emea/commands", "v1.commands-in_use", "q".repeat(260)])("may be %j", (name) => {
    expect(parseQueueName(name)).toBe(name);
  });

  test.each([
    "",
    "/commands",
    "commands/",
    "emea//commands",
    ".commands",
    "commands.",
    "two words",
    "commands?x",
    "commands#x",
    "commands@x",
    "$management",
    "commands\\x",
    "commands\n",
    "befehlsübersicht",
    "q".repeat(261),
  ])("may not be %j", (name) => {
    expect(() => parseQueueName(name)).toThrow(/expected a queue name/);
  });
});

describe("a tag", () => {
  test.each([
    ["region=eu", ["region", "eu"]],
    ["region=", ["region", ""]],
    ["note=a=b", ["note", "a=b"]],
    ["note=two\nlines", ["note", "two\nlines"]],
    ["cost.center_1-a=x", ["cost.center_1-a", "x"]],
  ])("%j is read as %j", (text, expected) => {
    expect(parseTag(text)).toEqual(expected);
  });

  test.each(["region", "=eu", "re gion=eu", ""])("%j is none", (text) => {
    expect(() => parseTag(text)).toThrow("expected <key>=<value>");
  });
});

test("a record of a queue names customer, tenant, namespace and the queue of that role", () => {
  const customer = acme({ commandQueue: "in", statusQueue: "out" });

  expect([queueOf(customer, "command"), queueOf(customer, "status")]).toEqual(["in", "out"]);
  expect(provenanceOf(customer, "status")).toEqual({
    customer: "acme",
    tenantId: ids.acme,
    namespace: "acme-messages.servicebus.windows.net",
    queue: "out",
  });
});
