import { expect, test } from "vitest";
import { createPrinter } from "../../../src/cli/output/printer.ts";
import { openScreen } from "../../../src/cli/terminal/screen.ts";
import { bareContext } from "../../fakes/bare-context.ts";
import { output } from "../../fakes/output.ts";
import { fakeTerminal } from "../../fakes/terminal.ts";

const printer = (stdout: ReturnType<typeof output>, flags: { json: boolean; color: boolean }) =>
  createPrinter({ ...bareContext().terminal, stdout }, flags);

test("each line is on stdout, with its line feed, when the promise resolves", async () => {
  const stdout = output();
  const { print } = printer(stdout, { json: false, color: true });

  await print("one");
  expect(stdout.text()).toBe("one\n");
  await print("two");
  expect(stdout.text()).toBe("one\ntwo\n");
});

test("a line that stdout refuses is an error, and does not count as printed", async () => {
  const failure = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
  const { print } = printer(output({ failure }), { json: true, color: false });

  await expect(print("lost")).rejects.toBe(failure);
});

test.each([
  [{ json: false, color: true }, "\u001b[31mtext\u001b[39m"],
  [{ json: false, color: false }, "text"],
  [{ json: true, color: true }, "text"],
])("on a terminal, with %j, red text is %j", (flags, text) => {
  expect(printer(output({ isTTY: true }), flags).style.red("text")).toBe(text);
});

test("a text that fits on the screen needs no pager, and neither does one whose pager is missing", async () => {
  const terminal = { ...fakeTerminal({ isTTY: true, env: { XTENANT_PAGER: "no-such-pager" } }) };
  const screen = openScreen(terminal);
  const { printPages } = createPrinter(terminal, { json: false, color: true, pager: true, ...(screen && { screen }) });
  const long = "line\n".repeat(100);

  await printPages?.("short", "top");
  await printPages?.(long, "top");

  expect(terminal.stdout.text()).toBe(`short\n${long}\n`);
});

test("there is no pager where nobody wants one, or where no screen is", () => {
  const terminal = fakeTerminal({ isTTY: true });
  const screen = openScreen(terminal);
  const options = { json: false, color: true };

  expect(createPrinter(terminal, { ...options, ...(screen && { screen }) }).printPages).toBeUndefined();
  expect(createPrinter(terminal, { ...options, pager: true }).printPages).toBeUndefined();
});
