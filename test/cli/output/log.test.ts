import { describe, expect, test } from "vitest";
import { createLog } from "../../../src/cli/output/log.ts";
import { output } from "../../fakes/output.ts";

const logged = (flags: { quiet: boolean; verbose: boolean }) => {
  const stderr = output();
  const { info, debug } = createLog(stderr, flags);
  info("progress");
  debug("choice");
  return stderr.text();
};

describe("talk", () => {
  test.each([
    [{ quiet: false, verbose: false }, "progress\n"],
    [{ quiet: false, verbose: true }, "progress\nchoice\n"],
    [{ quiet: true, verbose: false }, ""],
    [{ quiet: true, verbose: true }, ""],
  ])("with %j is %j", (flags, text) => {
    expect(logged(flags)).toBe(text);
  });

  test("never lets foreign text command the terminal", () => {
    const stderr = output();

    createLog(stderr, { quiet: false, verbose: false }).info("from \u001b[2Jacme");

    expect(stderr.text()).toBe("from \\u{1b}[2Jacme\n");
  });

  test("is broken between words at a terminal, and a command stays in one piece", () => {
    const stderr = Object.assign(output({ isTTY: true }), { columns: 40 });

    createLog(stderr, { quiet: false, verbose: false }).info("one command was sent, and may come: xtenant poll acme");

    expect(stderr.text()).toBe("one command was sent, and may come:\n  xtenant poll acme\n");
  });

  test("is one JSON value a line where errors are JSON", () => {
    const stderr = output();
    const log = createLog(stderr, { quiet: false, verbose: false, json: true });

    log.ask("code\n123");
    log.info("from \u009bacme");
    log.debug("unseen");

    const lines = stderr.text().trimEnd().split("\n");
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      { log: { level: "ask", message: "code\n123" } },
      { log: { level: "info", message: "from \u009bacme" } },
    ]);
    expect(stderr.text()).not.toContain("\u009b");
  });
});
