import { fork } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type BrokerProcess, openBroker, openQueue } from "./open-broker.ts";

let broker: BrokerProcess;
beforeAll(async () => {
  broker = await openBroker({ firstLink: 3_600_000 });
});
afterAll(() => broker.close());

test("five hundred connections are held, in bounded memory, and do not keep others from their work", async () => {
  const before = await broker.call("memory");
  const child = fork(new URL("./many-connections.ts", import.meta.url), [String(broker.port), "500"]);
  onTestFinished(() => child.disconnect());
  const [message] = await once(child, "message");
  expect(message).toEqual({ open: 500 });

  expect(await broker.call("connections")).toBe(500);
  const { sender, receiver } = await openQueue(broker);
  await sender.sendMessages({ body: "x" });
  expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 10_000 })).toHaveLength(1);
  const kilobytesEach = ((await broker.call("memory")) - before) / 500 / 1024;
  expect(kilobytesEach).toBeLessThan(400);
}, 120_000);
