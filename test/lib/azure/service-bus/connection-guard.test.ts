import { expect, onTestFinished, test, vi } from "vitest";
import { raw, string, uint } from "../../../fakes/raw-amqp.ts";
import { after, attackWith, endlessArray, instead, nested, performative, u32 } from "../../../threats/attack.ts";
import { type Attack, frame, performatives } from "../../../threats/hostile-broker.ts";

const { open, begin, attach, flow, transfer, disposition, end } = performatives;

test("a broker that speaks AMQP is served, and nothing is refused", async () => {
  expect(await attackWith(() => (piece) => piece)).toEqual(["done", "done"]);
});

test.each<readonly [string, () => Attack]>([
  ["a frame of 2 GB", after(open, u32(0x7fffffff))],
  ["a frame of 4 GB", after(attach, u32(0xffffffff))],
  ["a frame of one byte", after(open, Buffer.concat([u32(1), Buffer.alloc(100)]))],
  ["a frame of no bytes", after(open, Buffer.alloc(100))],
  ["a header that is longer than its frame", after(open, frame(Buffer.alloc(4), { doff: 200 }))],
  ["a frame type that does not exist", after(open, frame(raw(0x45), { type: 7 }))],
  ["a flood of empty frames", after(open, Buffer.concat(Array.from({ length: 5_000 }, () => frame(Buffer.alloc(0)))))],
  ["deep nesting", after(open, frame(nested(5_000)))],
  ["a list that claims more than its frame", after(open, frame(raw(0xd0, u32(100), u32(0x7fffffff), 0x40)))],
  ["an array of two billion nulls", after(open, frame(endlessArray(0x7fffffff)))],
  ["no performative", after(open, frame(string("what")))],
  ["a performative that does not exist", after(open, frame(performative(0x99)))],
  [
    "frames so small that messages never end",
    instead(open, frame(performative(open, string("x"), string("x"), uint(1)))),
  ],
  ["a second opening", after(open, frame(performative(open, string("x"))))],
  ["a session of the broker's own", after(open, frame(performative(begin, raw(0x40), uint(0), uint(10), uint(10))))],
  ["a link of the broker's own", after(begin, frame(performative(attach, string("theirs"), uint(9), raw(0x41))))],
  [
    "a link with the name of a method",
    after(begin, frame(performative(attach, string("constructor"), uint(9), raw(0x41)))),
  ],
  ["a flow for no session", after(open, frame(performative(flow, uint(0), uint(1), uint(1), uint(1)), {}))],
  ["a message for no link", after(begin, frame(performative(transfer, uint(77))))],
  [
    "a settlement of four billion messages",
    after(begin, frame(performative(disposition, raw(0x41), uint(0), uint(0xffffffff)))),
  ],
  ["an end with an error that is a text", after(begin, frame(performative(end, string("x"))))],
  ["bytes of HTTP behind the opening", after(open, Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"))],
  ["AMQP's header a third time", after(open, Buffer.from("AMQP\x00\x01\x00\x00"))],
])("a broker that sends %s ends only its own connection, and the failure says so", async (_what, attack) => {
  const printed = [vi.spyOn(console, "error"), vi.spyOn(console, "warn"), vi.spyOn(console, "trace")];
  onTestFinished(() => void vi.restoreAllMocks());

  const failures = await attackWith(attack);

  for (const failure of failures) expect(failure).toMatchObject({ code: "InvalidAmqp", kind: "unavailable" });

  for (const spy of printed) expect(spy).not.toHaveBeenCalled();
});

test.each([
  ["HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n", "in HTTP"],
  ["another protocol", "220 mail.example ESMTP\r\n", "in another protocol"],
])("a port that speaks %s is named at once", async (_what, text, words) => {
  const [failure] = await attackWith(() => () => Buffer.from(text));

  expect(failure).toMatchObject({ code: "InvalidAmqp", detail: expect.stringContaining(words) });
});
