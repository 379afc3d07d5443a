import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { pollPrinted } from "../fakes/poll-printed.ts";
import { withStatuses } from "../fakes/statuses.ts";

const acme = parseCustomerName("acme");
const all = <T>(stream: AsyncIterable<T>) => Array.fromAsync(stream);

async function folder() {
  const path = await mkdtemp(join(tmpdir(), "xtenant-poll-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const recordsIn = async (file: string) =>
  (await readFile(file, "utf8"))
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));

test("--to-file appends a record for each message, and completes what is on the disk", async () => {
  const { context, memory, customer } = await withStatuses("acme");
  const file = join(await folder(), "statuses.ndjson");

  const records = await all(pollPrinted(context, [acme], { idle: 0, toFile: file }));

  expect(records).toMatchObject(Array(3).fill({ type: "delivered", to: "file", outcome: "accepted" }));
  expect((await recordsIn(file)).map(({ customer, messageId, body }) => [customer, messageId, body])).toEqual(
    ["1", "2", "3"].map((body) => ["acme", `acme-${body}`, body]),
  );
  expect(memory.messages(customer("acme"), "statuses")).toEqual([]);
});

test("--to-file after a crash: the incomplete line is removed, and --dedup does not write a message again", async () => {
  const { context } = await withStatuses("acme");
  const file = join(await folder(), "statuses.ndjson");
  const written = { type: "message", customer: "acme", messageId: "acme-1", sequenceNumber: "1" };
  await writeFile(file, `${JSON.stringify(written)}\n{"type":"message","customer":"ac`);

  await all(pollPrinted(context, [acme], { idle: 0, toFile: file, dedup: true }));

  expect((await recordsIn(file)).map(({ messageId }) => messageId)).toEqual(["acme-1", "acme-2", "acme-3"]);
});

test.each(["/dev/full", "/dev/null"])(
  "--to-file to the device %s is refused before a message is received",
  async (toFile) => {
    const { context, memory, customer } = await withStatuses("acme");

    const polled = all(pollPrinted(context, [acme], { idle: 0, toFile }));

    await expect(polled).rejects.toMatchObject({ code: "OutputUnusable", kind: "usage" });
    expect(memory.messages(customer("acme"), "statuses")).toHaveLength(3);
    expect(memory.state.open).toBe(0);
  },
);

test("--to-file that can no longer be written ends everything and completes nothing more", async () => {
  const { context, memory, customer } = await withStatuses("acme", "fabrikam");
  const names = [acme, parseCustomerName("fabrikam")];
  const gone = join(await folder(), "gone");
  await mkdir(gone);

  const polled = (async () => {
    for await (const record of pollPrinted(context, names, {
      idle: 0,
      watch: true,
      toFile: join(gone, "statuses.ndjson"),
    })) {
      if (
        !("type" in record) ||
        record.type !== "delivered" ||
        memory.messages(customer("acme"), "statuses").length > 0
      )
        continue;
      await rename(gone, `${gone}-away`);
      memory.put(customer("acme"), "statuses", { messageId: "late", body: Buffer.from("late") });
    }
  })();

  await expect(polled).rejects.toMatchObject({ code: "OutputFailed" });
  expect(memory.messages(customer("acme"), "statuses")).toHaveLength(1);
  expect(memory.locked(customer("acme"), "statuses")).toBe(0);
  expect(memory.state.open).toBe(0);
});

test("--exec gives the body on stdin and the rest in the environment; exit 0 completes", async () => {
  const { context, memory, customer } = await withStatuses("acme");
  const program = ["sh", "-c", `printf '%s:%s:%s' "$(cat)" "$XTENANT_MESSAGE_ID" "$XTENANT_DELIVERY_COUNT"`];

  const records = await all(pollPrinted({ ...context }, [acme], { idle: 0, exec: program }));

  expect(records).toMatchObject(
    ["1", "2", "3"].map((n) => ({ outcome: "accepted", details: { output: `${n}:acme-${n}:1` } })),
  );
  expect(memory.messages(customer("acme"), "statuses")).toEqual([]);
});

test("a message that --exec refuses is tried once in a drain, and returns to its queue with one more delivery", async () => {
  const { context, memory, customer } = await withStatuses("acme");

  const records = await all(pollPrinted(context, [acme], { idle: 0, exec: ["sh", "-c", '[ "$(cat)" != 2 ]'] }));

  expect(records).toMatchObject([
    { outcome: "accepted" },
    { outcome: "refused", messageId: "acme-2" },
    { outcome: "accepted" },
  ]);
  expect(memory.messages(customer("acme"), "statuses")).toMatchObject([{ messageId: "acme-2", deliveryCount: 2 }]);
  expect(memory.locked(customer("acme"), "statuses")).toBe(0);
});

test("--exec never dead-letters a message: the customer stops while deliveries remain, and does not start at the last one", async () => {
  const { context, memory, customer } = await withStatuses("acme");
  const refusing = { idle: 0, exec: ["false"] };
  const runs: unknown[] = [];

  for (let run = 0; run < 12; run++)
    await all(pollPrinted(context, [acme], refusing)).then(
      () => runs.push("done"),
      (error: { code: string }) => runs.push(error.code),
    );

  expect(runs).toEqual([
    ...Array(7).fill("done"),
    ...Array(2).fill("RejectedRepeatedly"),
    ...Array(3).fill("LastDelivery"),
  ]);
  expect(memory.messages(customer("acme"), "statuses").map(({ deliveryCount }) => deliveryCount)[0]).toBe(10);
  expect(memory.deadLetters(customer("acme"), "statuses")).toEqual([]);
});

test("a program that cannot be started ends the command, and the messages stay", async () => {
  const { context, memory, customer } = await withStatuses("acme");

  await expect(
    all(pollPrinted(context, [acme], { idle: 0, watch: true, exec: ["/no/such/program"] })),
  ).rejects.toMatchObject({
    kind: "usage",
    code: "ExecFailed",
  });
  expect(memory.messages(customer("acme"), "statuses")).toHaveLength(3);
});

test("--forward sends each status to the provider's own queue, with an id that stays the same on a repeat, and names the customer", async () => {
  const { context, memory, customer } = await withStatuses("acme");
  memory.put(customer("acme"), "statuses", {
    messageId: "acme-4",
    body: new Uint8Array([0, 255]),
    correlationId: "c",
    properties: { outcome: "failed", "xtenant-customer": "somebody else" },
  });
  const host = "contoso-bus.servicebus.windows.net";

  const records = await all(pollPrinted(context, [acme], { idle: 0, forward: "contoso-bus/statuses" }));
  const owned = memory.owned(host, "statuses");

  expect(owned).toHaveLength(4);
  expect(owned.at(-1)).toMatchObject({
    correlationId: "c",
    properties: {
      outcome: "failed",
      "xtenant-customer": "acme",
      "xtenant-message-id": "acme-4",
      "xtenant-queue": "statuses",
    },
  });
  expect(new Uint8Array(owned.at(-1)?.body as Uint8Array)).toEqual(new Uint8Array([0, 255]));
  expect(records.at(-1)).toMatchObject({ details: { forwardedAs: owned.at(-1)?.messageId } });
  expect(memory.messages(customer("acme"), "statuses")).toEqual([]);
  expect(memory.state.open).toBe(0);
});
