import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFolder } from "../fakes/folder.ts";
import { inTime } from "./in-time.ts";
import { listening } from "./listening.ts";
import { plan } from "./plan.ts";
import { document, reported } from "./report.ts";
import { isKept, type Result, readResults, resultsFile, saveResult } from "./results.ts";

const program = join(import.meta.dirname, "one.ts");
const ran = (seed: number, how: Pick<Result, "figures" | "broken">): Result => ({
  ...{ scenario: "stop", seed, seconds: 30, on: "2026-11-24", node: "24.21.0", cores: 2 },
  ...how,
});

test("a scenario that hangs is broken at its deadline, and what it had started is gone", async () => {
  const gone = Promise.withResolvers<void>();
  const server = createServer((socket) =>
    socket
      .resume()
      .on("close", gone.resolve)
      .on("error", () => {}),
  );
  const port = await listening(server);
  const started = `require("node:net").connect(${port}, "127.0.0.1");`;
  const hangs = `
    require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(started)}]);
    setInterval(() => {}, 1000);`;

  expect(await inTime(["-e", hangs], 2)).toEqual({ broken: "did not end within 2 s" });
  await gone.promise;
  server.close();
});

test("a scenario that is not there, or that fails before it says anything, is broken", async () => {
  expect(await inTime([program, "unheard-of", "1"], 20)).toEqual({ broken: expect.stringContaining("unheard-of") });
});

test("results add up over runs that were stopped: what was kept is not run again, a torn line and a broken seed are", async () => {
  await using folder = await openFolder();
  const file = join(folder.path, "results.ndjson");
  expect(await readResults(file)).toEqual([]);
  await saveResult(file, ran(1, { figures: { messages: 5 } }));
  await saveResult(file, ran(2, { broken: "seed 2: 1 lost" }));
  const results = await readResults(file);

  expect([1, 2, 3].map((seed) => isKept(results, "stop", seed))).toEqual([true, false, false]);
});

test("the table names the seeds, the least and the most of each figure, what is broken and what was so once", () => {
  const results = [
    ran(1, { broken: "seed 1: late" }),
    ran(2, { figures: { messages: 5, slowestStop: 7 } }),
    ran(3, { broken: "seed 3: lost" }),
    ran(1, { figures: { messages: 5, slowestStop: 40 } }),
  ];
  const text = reported("before\n<!-- figures: begin -->\nold\n<!-- figures: end -->\nafter", results);

  expect(text).toMatch(/^before\n<!-- figures: begin -->\n4 runs of 2 minutes/);
  expect(text).toMatch(/<!-- figures: end -->\nafter$/);
  expect(text).toContain("| 1–3 | 1: 3; once, not when repeated: 1 | messages 5, slowest stop 7–40 | `stop` |");
});

test("the table in docs/internals/reliability.md is the one that the kept results give", async () => {
  const text = await readFile(document, "utf8");

  expect(text).toBe(reported(text, await readResults(resultsFile)));
});

test("every result that was kept is of a scenario of the plan", async () => {
  const ids = plan.map(({ id }) => id);

  expect((await readResults(resultsFile)).filter(({ scenario }) => !ids.includes(scenario))).toEqual([]);
});
