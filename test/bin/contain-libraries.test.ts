import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { reportUncaught, silenceConsole } from "../../bin/contain-libraries.ts";
import { fakeTerminal } from "../fakes/terminal.ts";

/** What the process says and how it ends when an error of the SDK is not caught. */
function endWith(argv: readonly string[]) {
  const terminal = fakeTerminal();
  const exits: number[] = [];
  const program = Object.assign(new EventEmitter(), { argv, exit: (exitCode: number) => exits.push(exitCode) });
  reportUncaught(program, terminal);
  const error = Object.assign(new Error("broken\u001b[2J"), { connection: { options: { password: "secret-value" } } });
  program.emit("uncaughtException", error);
  return { exits, said: terminal.stderr.text() };
}

test("an error that nobody caught is one line of JSON under --json, without the fields of the error", () => {
  const { exits, said } = endWith(["poll", "--watch", "--json"]);

  expect(exits).toEqual([1]);
  expect(said.trimEnd().split("\n")).toHaveLength(1);
  expect(JSON.parse(said)).toMatchObject({ error: { kind: "bug" } });
  expect(said).not.toContain("secret-value");
});

test("for people it is a bug with a stack, without the fields of the error and without escapes", () => {
  const { exits, said } = endWith(["poll"]);

  expect(exits).toEqual([1]);
  expect(said).toContain("This is a bug in xtenant");
  expect(said).not.toContain("secret-value");
  expect(said).not.toContain("\u001b");
});

test("libraries print nothing", () => {
  const lines: string[] = [];
  const console = { error: (line: string) => lines.push(line), warn: (line: string) => lines.push(line) };
  const { error, warn } = console;

  silenceConsole(console);
  console.error("buffer: 0x00");
  console.warn("disconnected");

  expect(lines).toEqual([]);
  expect([console.error, console.warn]).not.toContain(error);
  expect([console.error, console.warn]).not.toContain(warn);
});
