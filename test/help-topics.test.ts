import { join } from "node:path";
import { expect, test } from "vitest";
import { topics } from "../src/commands/help.ts";
import { noTelemetry } from "../src/lib/telemetry/telemetry.ts";
import { main } from "../src/main.ts";
import { createMemoryCloud } from "./fakes/memory-cloud.ts";
import { fakeTerminal } from "./fakes/terminal.ts";

/** A topic as a person sees it, on a terminal of this width. */
async function shown(topic: string, columns: number) {
  const terminal = fakeTerminal({ isTTY: true, env: { NO_COLOR: "1" } });
  Object.assign(terminal.stdout, { columns });
  const exitCode = await main(["help", topic], terminal, () => ({
    azure: createMemoryCloud().cloud,
    telemetry: noTelemetry,
  }));
  expect({ exitCode, said: terminal.stderr.text() }).toEqual({ exitCode: 0, said: "" });
  return terminal.stdout.text();
}

// The two others are the tables of docs/environment.md and docs/configuration.md, which a test compares.
test.each(["exit-codes", "json"])("`help %s` is as it was reviewed", async (topic) => {
  await expect(await shown(topic, 80)).toMatchFileSnapshot(join(import.meta.dirname, `golden/help/topic-${topic}.txt`));
});

test.each([...topics.keys()])("`help %s` fits into 80 columns, words that are longer left out", async (topic) => {
  const lines = (await shown(topic, 80)).split("\n");
  const wide = lines.filter(
    (line) =>
      line.length > 80 &&
      !line
        .trim()
        .split(" ")
        .some((word) => word.length > 40),
  );
  expect(lines.length).toBeGreaterThan(8);
  expect(wide).toEqual([]);
});
