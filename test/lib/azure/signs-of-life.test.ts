import { ServiceBusClient } from "@azure/service-bus";
import { expect, test } from "vitest";
import { inside } from "../../../src/lib/azure/inside.ts";
import { askForSignsOfLife } from "../../../src/lib/azure/signs-of-life.ts";

const silence = (client: ServiceBusClient) =>
  inside(client, "_connectionContext", "connection", "_connection", "local", "open", "idle_time_out");
const client = () => new ServiceBusClient("acme-messages.servicebus.windows.net", { getToken: async () => null });

test("left alone, the SDK wants to hear something once a minute", () => {
  expect(silence(client())).toBe(60_000);
});

test("every connection of a client asks for signs of life, also one that the SDK makes after an outage", () => {
  const asking = client();
  askForSignsOfLife(asking);
  expect(silence(asking)).toBe(11_000);
  const first = inside(asking, "_connectionContext", "connection");

  const context = inside(asking, "_connectionContext");
  const renew = inside(context, "refreshConnection");
  if (typeof renew === "function") renew.call(context);

  expect(inside(context, "connection")).not.toBe(first);
  expect(silence(asking)).toBe(11_000);
});
