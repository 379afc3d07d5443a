import { expect, test } from "vitest";
import { styleFor } from "../../../src/cli/output/style.ts";
import { output } from "../../fakes/output.ts";

const terminal = true;
const pipe = false;

test.each([
  [terminal, {}, true, "coloured"],
  [terminal, { TERM: "xterm-256color" }, true, "coloured"],
  [pipe, {}, true, "plain"],
  [terminal, {}, false, "plain"],
  [terminal, { TERM: "dumb" }, true, "plain"],
  [terminal, { NO_COLOR: "1" }, true, "plain"],
  [terminal, { NO_COLOR: "0" }, true, "plain"],
  [terminal, { NO_COLOR: "" }, true, "coloured"],
  [pipe, { FORCE_COLOR: "1" }, true, "coloured"],
  [pipe, { FORCE_COLOR: "true" }, true, "coloured"],
  [pipe, { FORCE_COLOR: "1", NO_COLOR: "1" }, true, "coloured"],
  [pipe, { FORCE_COLOR: "1", TERM: "dumb" }, true, "coloured"],
  [terminal, { FORCE_COLOR: "0" }, true, "plain"],
  [terminal, { FORCE_COLOR: "false" }, true, "plain"],
  [terminal, { FORCE_COLOR: "1" }, false, "plain"],
  [pipe, { FORCE_COLOR: "1" }, false, "plain"],
])("on a terminal: %s, with %j and colour wanted: %s, text is %s", (isTTY, env, wanted, outcome) => {
  const { red, bold, dim, green, yellow, cyan } = styleFor(output({ isTTY }), env, wanted);

  const texts = [red, bold, dim, green, yellow, cyan].map((paint) => paint("text"));
  expect(texts.every((text) => text.includes("text"))).toBe(true);
  expect(texts.every((text) => text.startsWith("\u001b["))).toBe(outcome === "coloured");
  expect(texts.every((text) => text === "text")).toBe(outcome === "plain");
});
