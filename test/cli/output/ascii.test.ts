import { expect, test } from "vitest";
import { asciiStream } from "../../../src/cli/output/ascii.ts";
import { output } from "../../fakes/output.ts";

const shown = (env: Readonly<Record<string, string>>, text: string, isTTY = true) => {
  const stream = output({ isTTY });
  asciiStream(stream, env).write(text);
  return stream.text();
};

test.each([
  [{ LANG: "C" }, "+ 2 live - ..."],
  [{ LANG: "en_US.UTF-8", LC_ALL: "POSIX" }, "+ 2 live - ..."],
  [{ LANG: "C.UTF-8" }, "✓ 2 live – …"],
  [{}, "✓ 2 live – …"],
])("the signs are ASCII where the locale %j is", (env, text) => {
  expect(shown(env, "✓ 2 live – …")).toBe(text);
});

test("what is for a program stays as it is", () => {
  expect(shown({ LANG: "C" }, "✓", false)).toBe("✓");
  expect(shown({ LANG: "C" }, '{"body":"✓"}\n')).toBe('{"body":"✓"}\n');
});
