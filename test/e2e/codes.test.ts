import { afterAll, beforeAll, expect, test } from "vitest";
import { catalogEntry, findCode } from "../../src/lib/errors/catalog/catalog.ts";
import { failureKinds } from "../../src/lib/errors/failure.ts";
import { type Provocation, provocations } from "./codes/provocations.ts";
import { openWorld, type World } from "./codes/world.ts";
import { jsonLines } from "./xtenant.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.run(["onboard", "acme", "--provision", "--grant", "--role", "data-owner", "--round-trip", "0s"]);
  await world.run(["onboard", "tailspin", "--provision"]);
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

async function provoke({ scenario = {}, prepare, line, restore }: Provocation) {
  await world.play({});
  const edit = await prepare?.(world);
  await world.play(scenario);
  const ran = await world.run(line, edit);
  await world.play({});
  await restore?.(world);
  return ran;
}

test.each(Object.entries(provocations))(
  "%s: xtenant reports the code and who must act, and ends with the exit code of its kind",
  async (code, provocation) => {
    const { exitCode, stderr } = await provoke(provocation);
    const { error } = jsonLines(stderr).at(-1) ?? {};
    const known = findCode(code);
    const { kind, actor = "operator" } = catalogEntry(known ?? "Bug");

    expect(error).toMatchObject({ code, kind, actor, hint: expect.stringMatching(/\w/) });
    expect(exitCode).toBe(failureKinds[kind].exitCode);
  },
);

test.each(["graph", "arm", "entra"])(
  "%s throttles once: the SDK waits as requested, and the command succeeds",
  async (endpoint) => {
    await world.play({ throttle: [{ endpoint, times: 1, retryAfter: "1s" }] });
    const ran = await world.run(["onboard", "acme", "--provision", "--grant", "--round-trip", "0s"]);
    await world.play({});

    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
  },
);

test("Resource Manager throttles continuously: the command ends with 8 and can be repeated", async () => {
  await world.play({ throttle: [{ endpoint: "arm", retryAfter: "1s" }] });
  const { exitCode, stderr } = await world.run(["grant", "acme"]);
  await world.play({});

  expect(jsonLines(stderr).at(-1)?.error).toMatchObject({ code: "TooManyRequests", retryable: true });
  expect(exitCode).toBe(8);
});
