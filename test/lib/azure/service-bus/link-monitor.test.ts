import { ServiceBusClient } from "@azure/service-bus";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { monitorLink } from "../../../../src/lib/azure/service-bus/link-monitor.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const receiver = () =>
  new ServiceBusClient("acme-messages.servicebus.windows.net", { getToken: async () => null }).createReceiver(
    "statuses",
  );
const withLink = (isOpen: () => boolean) => Object.assign(receiver(), { _streamingReceiver: { isOpen } });

test("a link that is not open for twenty seconds is told once; one that comes back in time is not", () => {
  let open = false;
  const told: string[] = [];
  monitorLink(
    withLink(() => open),
    ({ code }) => told.push(code),
  );

  vi.advanceTimersByTime(18_000);
  open = true;
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual([]);
  open = false;
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual(["LinkNotOpened"]);
});

test("a watch that has ended tells nothing", () => {
  const told: unknown[] = [];
  monitorLink(
    withLink(() => false),
    (failure) => told.push(failure),
  )();
  vi.advanceTimersByTime(60_000);

  expect(told).toEqual([]);
});

test("a receiver whose link cannot be seen counts as open", () => {
  const told: unknown[] = [];
  const end = monitorLink(receiver(), (failure) => told.push(failure));
  vi.advanceTimersByTime(60_000);
  end();

  expect(told).toEqual([]);
});

test("the SDK has the link where the watch looks for it", async () => {
  vi.useRealTimers();
  const real = receiver();
  const subscription = real.subscribe(
    { processMessage: async () => {}, processError: async () => {} },
    { autoCompleteMessages: false },
  );

  expect(
    Reflect.get(Reflect.get(real, "_streamingReceiver"), "isOpen").call(Reflect.get(real, "_streamingReceiver")),
  ).toBe(false);
  subscription.close().catch(() => {});
});
