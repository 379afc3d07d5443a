import { expect, test } from "vitest";
import { killed } from "./scenarios/kill.ts";
import { stopped } from "./scenarios/stop.ts";

test("kill -9 at random points loses nothing and settles nothing before it is written (stdout)", async () => {
  expect(await killed(20_261, { kills: 2, each: 250 })).toMatchObject({ messages: 500, kills: 2 });
}, 60_000);

test("SIGINT and SIGTERM amid a burst leave nothing locked, and nothing is delivered twice", async () => {
  expect(await stopped(20_262, { stops: 2, each: 250 })).toMatchObject({ messages: 500, stops: 2 });
}, 60_000);
