import { expect, test } from "vitest";
import { runShards } from "./scenarios/shards.ts";

test("with four shards, one killed and restarted, no message is lost and no customer has two readers", async () => {
  expect(await runShards(20_281, { customers: 40, shards: 4, each: 5 })).toMatchObject({ messages: 400 });
}, 90_000);
