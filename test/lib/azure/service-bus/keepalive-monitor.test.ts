import { ServiceBusClient } from "@azure/service-bus";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { monitorKeepalive } from "../../../../src/lib/azure/service-bus/keepalive-monitor.ts";
import { asFailure, Failure } from "../../../../src/lib/errors/failure.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const vigilance = { silenceMilliseconds: 10_000, answerMilliseconds: 5_000 };
const never = () => new Promise<never>(() => {});

/** A receiver whose connection brings something when it is told to, and what the watch on it asks and tells. */
function watched(answer: () => Promise<unknown>) {
  const client = new ServiceBusClient("acme-messages.servicebus.windows.net", { getToken: async () => null });
  const connection = { heartbeat_in: {} };
  const receiver = Object.assign(client.createReceiver("statuses"), {
    _context: { connection: { _connection: connection } },
  });
  const asked: number[] = [];
  const told: string[] = [];
  const begin = performance.now();
  const ask = () => {
    asked.push(Math.round((performance.now() - begin) / 1_000));
    return answer();
  };
  let signs = 0;
  const heard = () => {
    signs += 1;
  };
  const end = monitorKeepalive(receiver, { ask, heard, vigilance, lost: (error) => told.push(asFailure(error).code) });
  const bring = () => {
    connection.heartbeat_in = {};
  };
  return { asked, told, end, bring, heard: () => signs };
}

test("a silent connection that answers nothing is told as dead, once", async () => {
  const { asked, told } = watched(never);

  await vi.advanceTimersByTimeAsync(14_000);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(60_000);

  expect(asked).toHaveLength(1);
  expect(told).toEqual(["NoAnswer"]);
});

test("a connection that brings something now and then is not asked", async () => {
  const { asked, told, end, bring, heard } = watched(never);

  for (let time = 0; time < 60_000; time += 6_000) {
    await vi.advanceTimersByTimeAsync(6_000);
    bring();
  }
  end();

  expect({ asked, told, heard: heard() }).toEqual({ asked: [], told: [], heard: 9 });
});

test("a silent connection that answers is asked again after each silence", async () => {
  const { asked, told, end } = watched(async () => []);

  await vi.advanceTimersByTimeAsync(35_000);
  end();

  expect(asked).toEqual([10, 20, 30]);
  expect(told).toEqual([]);
});

test("what the broker answers with a refusal is told as it is", async () => {
  const { told } = watched(async () => {
    throw Object.assign(new Error("no claim"), { code: "UnauthorizedAccess" });
  });

  await vi.advanceTimersByTimeAsync(11_000);

  expect(told).toHaveLength(1);
});

test("a namespace that throttles has answered", async () => {
  const { asked, told, end } = watched(async () => {
    throw new Failure("ServiceBusy", "the namespace throttles");
  });

  await vi.advanceTimersByTimeAsync(25_000);
  end();

  expect({ asked, told }).toEqual({ asked: [10, 20], told: [] });
});
