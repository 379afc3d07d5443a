import { describe, expect, test } from "vitest";
import { styleFor } from "../../src/cli/output/style.ts";
import { createRun } from "../../src/cli/run-command.ts";
import { Failure, type FailureKind } from "../../src/lib/errors/failure.ts";
import { bareContext } from "../fakes/bare-context.ts";
import { output } from "../fakes/output.ts";

type Result = { readonly failed: FailureKind | null };

async function outcomeOf(kinds: readonly (FailureKind | null)[]) {
  const printed: string[] = [];
  const printer = {
    json: true,
    style: styleFor(output(), {}, false),
    print: async (line: string) => void printed.push(line),
  };
  async function* results(): AsyncGenerator<Result> {
    for (const failed of kinds) yield { failed };
  }
  const action = createRun(() => ({ context: bareContext(), printer }))(
    results,
    { onRecord: () => "" },
    {
      failureOf: ({ failed }) =>
        failed
          ? new Failure("NoAnswer", `${failed} happened`, { kind: failed, retryable: failed === "unavailable" })
          : undefined,
    },
  );
  const failure = await action().then(
    () => undefined,
    (error: unknown) => error,
  );
  return { failure, printed: printed.length };
}

describe("when results are judged", () => {
  test.each([
    ["none", []],
    ["all good", [null, null]],
  ])("%s: the command has done its job", async (_, kinds) => {
    expect((await outcomeOf(kinds)).failure).toBeUndefined();
  });

  test.each([
    ["the only one", ["auth"]],
    ["all of them alike", ["auth", "auth", "auth"]],
  ] as const)("%s failed: the command failed like that", async (_, kinds) => {
    expect((await outcomeOf(kinds)).failure).toMatchObject({ kind: "auth", message: "auth happened" });
  });

  test.each([
    ["some failed", [null, "auth", "auth"], "2 of 3 failed"],
    ["the first failed", ["auth", null], "1 of 2 failed"],
    ["each failed in its own way", ["auth", "forbidden"], "2 of 2 failed"],
  ] as const)("%s: the command succeeded in part", async (_, kinds, message) => {
    expect((await outcomeOf(kinds)).failure).toMatchObject({ kind: "partial", message });
  });

  test("a failure does not keep the other results from being printed", async () => {
    expect((await outcomeOf(["auth", null, "conflict"])).printed).toBe(3);
  });

  test.each([
    [["unavailable", null], true],
    [["auth", null], false],
  ] as const)("%j may be repeated: %s", async (kinds, retryable) => {
    expect((await outcomeOf(kinds)).failure).toMatchObject({ kind: "partial", retryable });
  });
});
