import { expect, test } from "vitest";
import { intoxicated, type Phase, type ToxicKind } from "./scenarios/network.ts";

/** One seed each; the full set goes through all pairs. */
test.concurrent.each<[ToxicKind, Phase]>([
  ["latency", "disposition"],
  ["bandwidth", "transfer"],
  ["slicer", "connect"],
])(
  "a network with %s at %s loses nothing, and all is well again soon after",
  async (kind, phase) => {
    expect((await intoxicated(20_263, kind, phase)).messages).toBeGreaterThanOrEqual(320);
  },
  90_000,
);
