import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { grant } from "../../src/commands/grant.ts";
import { onboard } from "../../src/commands/onboard/onboard-steps.ts";
import { send } from "../../src/commands/send.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { fakeContext } from "../fakes/context.ts";
import { openFolder } from "../fakes/folder.ts";

const acme = parseCustomerName("acme");
const megabyte = 1024 ** 2;

/** Acme, whose queue takes 256 KB, and a standard input that counts the bytes taken from it. */
async function openSend(input: readonly string[] = [], { endless = false } = {}) {
  const fake = fakeContext();
  await Array.fromAsync(onboard(fake.context, acme, { provision: true, timeout: 5_000 }));
  await Array.fromAsync(grant(fake.context, acme, {}));
  let bytes = 0;
  async function* chunks() {
    for (const text of input) yield Buffer.from(text);
    while (endless) {
      bytes += megabyte;
      yield Buffer.alloc(megabyte, "x");
    }
  }
  const stdin = Object.assign(Readable.from(chunks(), { highWaterMark: 1 }), { isTTY: false });
  const context = { ...fake.context, terminal: { ...fake.terminal, stdin } };
  return {
    sent: (options: Parameters<typeof send>[3]) =>
      Array.fromAsync(send(context, { names: [acme] }, undefined, options)),
    ids: () => fake.memory.messages(fake.customer("acme"), "commands").map(({ messageId }) => messageId),
    megabytesRead: () => bytes / megabyte,
  };
}

const line = (messageId: string, body = "x") => `${JSON.stringify({ messageId, body })}\n`;

test("a line of a stream that never ends is refused by its number soon after the queue's limit", async () => {
  const { sent, ids, megabytesRead } = await openSend([line("one"), '{"messageId":"two","body":"'], { endless: true });

  await expect(sent({ ndjson: true })).rejects.toMatchObject({
    code: "MessageSizeExceeded",
    message: expect.stringMatching(/^line 2: it has more than \d+ bytes; the queue takes messages of at most 262144/),
  });

  expect(ids()).toEqual(["one"]);
  expect(megabytesRead()).toBeLessThan(8);
});

test("a line of a file that is far too long is named before anything is sent, and --skip-invalid sends the others", async () => {
  await using folder = await openFolder();
  const file = join(folder.path, "lines.ndjson");
  await writeFile(file, line("one") + line("two", "x".repeat(4 * megabyte)) + line("three"));
  const { sent, ids } = await openSend();

  await expect(sent({ ndjson: file })).rejects.toMatchObject({
    code: "MessageSizeExceeded",
    message: expect.stringMatching(/^line 2: it has more than/),
  });
  expect(ids()).toEqual([]);

  await expect(sent({ ndjson: file, skipInvalid: true })).rejects.toMatchObject({ kind: "partial" });
  expect(ids()).toEqual(["one", "three"]);
});

test("a folder in place of a file of lines is refused as a path that is wrong", async () => {
  await using folder = await openFolder();
  const { sent } = await openSend();

  await expect(sent({ ndjson: folder.path })).rejects.toMatchObject({
    kind: "usage",
    code: "FileUnreadable",
    message: `cannot read ${folder.path}: it is a folder (EISDIR)`,
  });
});

test("a body from standard input or a file that never ends is refused at the largest size of any queue", async () => {
  const { sent, megabytesRead } = await openSend([], { endless: true });

  await expect(sent({})).rejects.toMatchObject({ kind: "usage", code: "MessageSizeExceeded" });
  expect(megabytesRead()).toBeLessThan(110);
  await expect(sent({ file: "/dev/zero" })).rejects.toMatchObject({ kind: "usage", code: "MessageSizeExceeded" });
});
