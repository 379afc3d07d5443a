import { expect, test } from "vitest";
import { roleRevoked } from "./scenarios/access.ts";
import { oneBad } from "./scenarios/fleet.ts";

test("a role taken away amid a tail is told once, with its cause, and healed when it is back", async () => {
  expect((await roleRevoked(20_267)).messages).toBe(80);
}, 60_000);

test("a Customer whose links are dropped again and again, and one that refuses, cost the others nothing", async () => {
  expect((await oneBad(20_268, 8)).customers).toBe(8);
}, 60_000);
