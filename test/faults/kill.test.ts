import { expect, test } from "vitest";
import { killed, toFile, toProgram } from "./scenarios/kill.ts";
import { sendKilled } from "./scenarios/send.ts";
import { stopped } from "./scenarios/stop.ts";

test("kill -9 at random points loses nothing and settles nothing before it is written (stdout)", async () => {
  expect(await killed(20_261, { kills: 2, each: 250 })).toMatchObject({ messages: 500, kills: 2 });
}, 60_000);

test("SIGINT and SIGTERM amid a burst leave nothing locked, and nothing is delivered twice", async () => {
  expect(await stopped(20_262, { stops: 2, each: 250 })).toMatchObject({ messages: 500, stops: 2 });
}, 60_000);

test("kill -9 leaves every message that was settled whole in the file of --output, or handled by the program of --exec", async () => {
  expect(await killed(20_269, { kills: 1, each: 200, sink: toFile })).toMatchObject({ messages: 400 });
  expect(await killed(20_270, { kills: 1, each: 60, sink: toProgram })).toMatchObject({ messages: 120 });
}, 60_000);

test("send --ndjson killed and repeated puts each command into the queue once", async () => {
  expect(await sendKilled(20_271, { kills: 1, lines: 2_000 })).toMatchObject({ messages: 2_000 });
}, 60_000);
