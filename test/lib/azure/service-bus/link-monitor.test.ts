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

test("a link that is not open for twenty seconds is reported once; one that opens again in time is not", () => {
  let open = false;
  const reported: string[] = [];
  monitorLink(
    withLink(() => open),
    ({ code }) => reported.push(code),
  );

  vi.advanceTimersByTime(18_000);
  open = true;
  vi.advanceTimersByTime(60_000);
  expect(reported).toEqual([]);
  open = false;
  vi.advanceTimersByTime(60_000);
  expect(reported).toEqual(["LinkNotOpened"]);
});

test("a monitor that has ended reports nothing", () => {
  const reported: unknown[] = [];
  monitorLink(
    withLink(() => false),
    (failure) => reported.push(failure),
  )();
  vi.advanceTimersByTime(60_000);

  expect(reported).toEqual([]);
});

test("a receiver whose link cannot be seen counts as open", () => {
  const reported: unknown[] = [];
  const end = monitorLink(receiver(), (failure) => reported.push(failure));
  vi.advanceTimersByTime(60_000);
  end();

  expect(reported).toEqual([]);
});

test("the SDK keeps the link where the monitor reads it", async () => {
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
