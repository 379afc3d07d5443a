import { expect, test } from "vitest";
import { killPoll, toFile, toProgram } from "./scenarios/kill.ts";
import { killSend } from "./scenarios/send.ts";
import { stopPoll } from "./scenarios/stop.ts";

test("kill -9 at random points loses no message and settles none before it is written (stdout)", async () => {
  expect(await killPoll(20_261, { kills: 2, each: 250 })).toMatchObject({ messages: 500, kills: 2 });
}, 60_000);

test("SIGINT and SIGTERM during a burst leave no message locked and cause no second delivery", async () => {
  expect(await stopPoll(20_262, { stops: 2, each: 250 })).toMatchObject({ messages: 500, stops: 2 });
}, 60_000);

test("after kill -9, every settled message is complete in the file of --to-file or handled by the program of --exec", async () => {
  expect(await killPoll(20_269, { kills: 1, each: 200, sink: toFile })).toMatchObject({ messages: 400 });
  expect(await killPoll(20_270, { kills: 1, each: 60, sink: toProgram })).toMatchObject({ messages: 120 });
}, 60_000);

test("send --ndjson, killed and repeated, puts each command into the queue once", async () => {
  expect(await killSend(20_271, { kills: 1, lines: 2_000 })).toMatchObject({ messages: 2_000 });
}, 60_000);
