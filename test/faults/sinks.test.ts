import { expect, test } from "vitest";
import { closedPipe, fullDisk, slowReader } from "./scenarios/sinks.ts";

test("a reader that leaves ends poll quietly, and the next one finds the rest", async () => {
  expect((await closedPipe(20_264)).messages).toBe(200);
}, 60_000);

test("a full disk is said and nothing is settled; with room again everything is there", async () => {
  expect(await fullDisk(20_265)).toEqual({ messages: 50, exitCode: 8 });
}, 60_000);

test("a reader that stops holds back the broker, in bounded memory and with few messages locked", async () => {
  expect((await slowReader(20_266, 1_000)).mostLocked).toBeLessThanOrEqual(2 * 50);
}, 60_000);
