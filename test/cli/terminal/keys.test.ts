import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { type Key, openKeys } from "../../../src/cli/terminal/keys.ts";

/** A terminal in raw mode, and what its keys did. */
function typing(isTyping = (): boolean => false) {
  const done: (Key | string)[] = [];
  const modes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (isRaw: boolean) => modes.push(isRaw) });
  let continued = () => {};
  const job = {
    interrupt: () => void done.push("interrupted"),
    suspend: () => void done.push("suspended"),
    onContinue: (listener: () => void) => {
      continued = listener;
      return () => {
        continued = () => {};
      };
    },
    isForeground: () => true,
    ignoreInterrupts: () => ({ [Symbol.dispose]: () => {} }),
  };
  const listener = {
    onKey: (key: Key) => void done.push(key),
    isTyping,
    onSuspend: () => void done.push("hidden"),
    onResume: () => void done.push("shown"),
  };
  const keys = openKeys({ stdin, env: {}, job }, listener);
  return { done, modes, keys, type: (text: string) => stdin.emit("data", Buffer.from(text)), go: () => continued() };
}

test("keys that come at once are all seen, as letters and as sequences of function keys", () => {
  const { done, type } = typing();
  type("jk\u001b[A\u001bOB\u001b[5~/?G");
  type("\u001b");

  expect(done).toEqual(["down", "up", "up", "down", "page-up", "filter", "help", "end", "leave"]);
});

test("while a text is typed, letters are only letters, and Ctrl-C still interrupts", () => {
  const { done, type } = typing(() => true);
  type("qé\u007f\r");
  type("\u0003");

  expect(done).toEqual([{ text: "q" }, { text: "é" }, "erase", "accept", "interrupted"]);
});

test("Ctrl-Z gives the terminal back, and going on takes it again", () => {
  const { done, modes, keys, type, go } = typing();
  type("\u001a");
  go();
  keys?.[Symbol.dispose]();

  expect(done).toEqual(["hidden", "suspended", "shown"]);
  expect(modes).toEqual([true, false, true, false]);
});
