import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isLonger, pagerEnvironment, pagerOf, showInPager } from "../../../src/cli/output/pager.ts";

test.each([
  [{}, "less", []],
  [{ PAGER: "more -s" }, "more", ["-s"]],
  [{ XTENANT_PAGER: "less -S", PAGER: "more" }, "less", ["-S"]],
])("with %j, the pager is %s", (env, program, args) => {
  expect(pagerOf(env, "linux")).toEqual({ program, args, shell: false });
});

test.each([{ PAGER: "" }, { PAGER: "cat" }, { XTENANT_PAGER: "", PAGER: "less" }, { XTENANT_PAGER: "cat" }])(
  "with %j, there is no pager",
  (env) => {
    expect(pagerOf(env, "linux")).toBeUndefined();
  },
);

test("on Windows there is a pager only where the user names one", () => {
  expect(pagerOf({}, "win32")).toBeUndefined();
  expect(pagerOf({ PAGER: "less" }, "win32")).toBeDefined();
});

test("a line with quotes or pipes is for a shell", () => {
  expect(pagerOf({ PAGER: "bat --style='plain'" }, "linux")).toEqual({
    program: "bat --style='plain'",
    args: [],
    shell: true,
  });
});

test("less ends where the text fits, and shows colors, unless the user has other settings", () => {
  expect(pagerEnvironment({}, "top").LESS).toBe("-FRX");
  expect(pagerEnvironment({}, "end").LESS).toBe("-FRX +G");
  expect(pagerEnvironment({ LESS: "S" }, "end").LESS).toBe("S");
});

test("the line of the shell below the text counts, and so do lines that the terminal wraps", () => {
  const size = { columns: 10, rows: 4 };

  expect(isLonger("1\n2\n3", size)).toBe(false);
  expect(isLonger("1\n2\n3\n4", size)).toBe(true);
  expect(isLonger(`1\n2\n${"3".repeat(10)}`, size)).toBe(false);
  expect(isLonger(`1\n2\n${"3".repeat(11)}`, size)).toBe(true);
  expect(isLonger(`1\n2\n\u001b[31m${"3".repeat(10)}\u001b[39m`, size)).toBe(false);
});

const long = Array.from({ length: 50_000 }, (_, index) => `line ${index}`).join("\n");

async function pager(script: string) {
  const folder = await mkdtemp(join(tmpdir(), "xtenant-pager-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "pager");
  await writeFile(file, `#!/bin/sh\n${script.replaceAll("FOLDER", folder)}\n`);
  await chmod(file, 0o755);
  let ignoring = 0;
  const job = {
    ignoreInterrupts: () => {
      ignoring += 1;
      return {
        [Symbol.dispose]: () => {
          ignoring -= 1;
        },
      };
    },
  };
  const show = (text: string, line = file) =>
    showInPager(text, "top", { env: { PATH: process.env.PATH, PAGER: line }, job: job as never });
  return { show, folder, ignoring: () => ignoring };
}

test("the pager gets the whole text, and Ctrl-C is its own until it ends", async () => {
  const { show, folder, ignoring } = await pager("cat > FOLDER/seen");

  const shown = show(long);
  expect(ignoring()).toBe(1);

  expect(await shown).toBe(true);
  expect(ignoring()).toBe(0);
  expect(await readFile(join(folder, "seen"), "utf8")).toBe(`${long}\n`);
});

test("a pager that a person leaves early is no failure, and neither is one that fails", async () => {
  expect(await (await pager("exit 0")).show(long)).toBe(true);
  expect(await (await pager("exit 2")).show(long)).toBe(true);
});

test.each(["no-such-pager", "(exit 127)"])("with '%s', nothing is shown, so that the text is printed", async (line) => {
  const { show } = await pager("exit 0");

  expect(await show("text", line)).toBe(false);
});
