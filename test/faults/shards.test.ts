import { expect, test } from "vitest";
import { sharded } from "./scenarios/shards.ts";

test("four shards, one killed and begun again: nothing is lost, and nobody is read by two of them", async () => {
  expect(await sharded(20_281, { customers: 40, shards: 4, each: 5 })).toMatchObject({ messages: 400 });
}, 90_000);
