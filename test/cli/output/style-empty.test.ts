import { expect, test } from "vitest";
import { styleFor } from "../../../src/cli/output/style.ts";
import { output } from "../../fakes/output.ts";

test("an empty FORCE_COLOR is as good as none (force-color.org)", () => {
  expect(styleFor(output(), { FORCE_COLOR: "" }, true).red("text")).toBe("text");
  expect(styleFor(output({ isTTY: true }), { FORCE_COLOR: "", NO_COLOR: "1" }, true).red("text")).toBe("text");
});
