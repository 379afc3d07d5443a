import { expect, test } from "vitest";
import { revokeRole } from "./scenarios/access.ts";
import { failOneCustomer } from "./scenarios/fleet.ts";

test("a role that is removed during a tail is reported once with its cause, and the tail recovers when it is assigned again", async () => {
  expect((await revokeRole(20_267)).messages).toBe(80);
}, 60_000);

test("a customer with repeatedly dropped links and one that refuses do not affect the others", async () => {
  expect((await failOneCustomer(20_268, 8)).customers).toBe(8);
}, 60_000);
