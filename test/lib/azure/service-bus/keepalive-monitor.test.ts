import { ServiceBusClient } from "@azure/service-bus";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { monitorKeepalive } from "../../../../src/lib/azure/service-bus/keepalive-monitor.ts";
import { asFailure, Failure } from "../../../../src/lib/errors/failure.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const keepalive = { silenceMilliseconds: 10_000, answerMilliseconds: 5_000 };
const never = () => new Promise<never>(() => {});

/** A receiver whose connection receives something on `receive`, and what the monitor pings and reports. */
function monitored(answer: () => Promise<unknown>) {
  const client = new ServiceBusClient("acme-messages.servicebus.windows.net", { getToken: async () => null });
  const connection = { heartbeat_in: {} };
  const receiver = Object.assign(client.createReceiver("statuses"), {
    _context: { connection: { _connection: connection } },
  });
  const pings: number[] = [];
  const reported: string[] = [];
  const begin = performance.now();
  const ping = () => {
    pings.push(Math.round((performance.now() - begin) / 1_000));
    return answer();
  };
  let activities = 0;
  const onActivity = () => {
    activities += 1;
  };
  const end = monitorKeepalive(receiver, {
    ping,
    onActivity,
    keepalive,
    onLost: (error) => reported.push(asFailure(error).code),
  });
  const receive = () => {
    connection.heartbeat_in = {};
  };
  return { pings, reported, end, receive, activities: () => activities };
}

test("a silent connection that answers nothing is reported as dead, once", async () => {
  const { pings, reported } = monitored(never);

  await vi.advanceTimersByTimeAsync(14_000);
  expect(reported).toEqual([]);
  await vi.advanceTimersByTimeAsync(60_000);

  expect(pings).toHaveLength(1);
  expect(reported).toEqual(["NoAnswer"]);
});

test("a connection that receives something now and then is not pinged", async () => {
  const { pings, reported, end, receive, activities } = monitored(never);

  for (let time = 0; time < 60_000; time += 6_000) {
    await vi.advanceTimersByTimeAsync(6_000);
    receive();
  }
  end();

  expect({ pings, reported, activities: activities() }).toEqual({ pings: [], reported: [], activities: 9 });
});

test("a silent connection that answers is pinged again after each silence", async () => {
  const { pings, reported, end } = monitored(async () => []);

  await vi.advanceTimersByTimeAsync(35_000);
  end();

  expect(pings).toEqual([10, 20, 30]);
  expect(reported).toEqual([]);
});

test("a refusal by the broker is reported unchanged", async () => {
  const { reported } = monitored(async () => {
    throw Object.assign(new Error("no claim"), { code: "UnauthorizedAccess" });
  });

  await vi.advanceTimersByTimeAsync(11_000);

  expect(reported).toHaveLength(1);
});

test("a namespace that throttles counts as alive", async () => {
  const { pings, reported, end } = monitored(async () => {
    throw new Failure("ServiceBusy", "the namespace throttles");
  });

  await vi.advanceTimersByTimeAsync(25_000);
  end();

  expect({ pings, reported }).toEqual({ pings: [10, 20], reported: [] });
});
