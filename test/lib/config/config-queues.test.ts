import { expect, test } from "vitest";
import { parseConfig } from "../../../src/lib/config/config.ts";
import { configDocument, ids } from "../../fakes/config-document.ts";

const tailspin = { tenantId: ids.fabrikam, namespace: "acme-messages.servicebus.windows.net" };

const problems = (tailspinEntry: object) => {
  const { provider, customers } = configDocument();
  const document = { provider, customers: { acme: customers.acme, tailspin: { ...tailspin, ...tailspinEntry } } };
  const result = parseConfig(document, "/etc/contoso/xtenant.json");
  return "provider" in result ? [] : result;
};

const shared = (key: string, address: string, whose: string) => ({
  path: `customers.tailspin.${key}`,
  expected: `expected a queue of its own; acme-messages.servicebus.windows.net/${address} is already used by ${whose}`,
});

test("two customers may share a namespace when each has its own queues", () => {
  expect(problems({ commandQueue: "tailspin-in", statusQueue: "tailspin-out" })).toEqual([]);
});

test("two customers with the same two queues are reported for both queues", () => {
  expect(problems({})).toEqual([shared("commandQueue", "commands", "acme"), shared("statusQueue", "statuses", "acme")]);
});

test("one queue used by two customers in different roles is reported", () => {
  expect(problems({ commandQueue: "tailspin-in", statusQueue: "commands" })).toEqual([
    shared("statusQueue", "commands", "acme"),
  ]);
});

test("queue names that differ only in case are the same queue", () => {
  expect(problems({ commandQueue: "COMMANDS", statusQueue: "tailspin-out" })).toEqual([
    shared("commandQueue", "commands", "acme"),
  ]);
});

test("one queue for both roles of one customer is reported", () => {
  expect(problems({ commandQueue: "both", statusQueue: "both" })).toEqual([
    shared("statusQueue", "both", "the same customer's other queue"),
  ]);
});

test("the same queue names in different namespaces are different queues", () => {
  expect(problems({ namespace: "tailspin-messages.servicebus.windows.net" })).toEqual([]);
});
