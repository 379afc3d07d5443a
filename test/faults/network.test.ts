import { expect, test } from "vitest";
import { injectToxic, type Phase, type ToxicKind } from "./scenarios/network.ts";

/** One seed each. The full set covers all pairs. */
test.concurrent.each<[ToxicKind, Phase]>([
  ["latency", "disposition"],
  ["bandwidth", "transfer"],
  ["slicer", "connect"],
])(
  "a network with %s at %s loses no message, and the tail recovers soon after",
  async (kind, phase) => {
    expect((await injectToxic(20_263, kind, phase)).messages).toBeGreaterThanOrEqual(320);
  },
  90_000,
);
