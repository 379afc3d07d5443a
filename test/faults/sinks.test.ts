import { expect, test } from "vitest";
import { closePipe, fillDisk, pauseReader } from "./scenarios/sinks.ts";

test("a reader that closes the pipe ends poll quietly, and the next reader gets the remaining messages", async () => {
  expect((await closePipe(20_264)).messages).toBe(200);
}, 60_000);

test("a full disk is reported and no message is settled; with space again all messages arrive", async () => {
  expect(await fillDisk(20_265)).toEqual({ messages: 50, exitCode: 8 });
}, 60_000);

test("a reader that stops slows down the broker, with bounded memory and few locked messages", async () => {
  expect((await pauseReader(20_266, 1_000)).mostLocked).toBeLessThanOrEqual(2 * 50);
}, 60_000);
