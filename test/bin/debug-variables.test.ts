import { expect, test } from "vitest";
import { removeDebugVariables } from "../../bin/debug-variables.ts";

test("the variables that enable debug output are removed, with a line in the log for each", () => {
  const env: Record<string, string | undefined> = { DEBUG: "rhea*", AZURE_LOG_LEVEL: "verbose", OTHER: "1" };
  const logged: string[] = [];

  removeDebugVariables(env, { info: (line) => logged.push(line) });

  expect(env).toEqual({ OTHER: "1" });
  expect(logged).toEqual([
    "DEBUG is ignored: the libraries' debug output contains tokens",
    "AZURE_LOG_LEVEL is ignored: the libraries' debug output contains tokens",
  ]);
});
