import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFolder } from "../fakes/folder.ts";
import { listenOnFreePort } from "./listen-on-free-port.ts";
import { plan } from "./plan.ts";
import { document, renderReport } from "./report.ts";
import { isKept, type Result, readResults, resultsFile, saveResult } from "./results.ts";
import { runWithDeadline } from "./run-with-deadline.ts";

const program = join(import.meta.dirname, "one.ts");
const ran = (seed: number, how: Pick<Result, "figures" | "broken">): Result => ({
  ...{ scenario: "stop", seed, seconds: 30, on: "2026-11-24", node: "24.21.0", cores: 2 },
  ...how,
});

test("a scenario that hangs is broken at its deadline, and its processes are ended", async () => {
  const gone = Promise.withResolvers<void>();
  const server = createServer((socket) =>
    socket
      .resume()
      .on("close", gone.resolve)
      .on("error", () => {}),
  );
  const port = await listenOnFreePort(server);
  const started = `require("node:net").connect(${port}, "127.0.0.1");`;
  const hangs = `
    require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(started)}]);
    setInterval(() => {}, 1000);`;

  expect(await runWithDeadline(["-e", hangs], 2)).toEqual({ broken: "did not end within 2 s" });
  await gone.promise;
  server.close();
});

test("a scenario that does not exist, or that fails before any output, is broken", async () => {
  expect(await runWithDeadline([program, "unheard-of", "1"], 20)).toEqual({
    broken: expect.stringContaining("unheard-of"),
  });
});

test("results add up over stopped runs: stored results are not run again, truncated lines and broken seeds are", async () => {
  await using folder = await openFolder();
  const file = join(folder.path, "results.ndjson");
  expect(await readResults(file)).toEqual([]);
  await saveResult(file, ran(1, { figures: { messages: 5 } }));
  await saveResult(file, ran(2, { broken: "seed 2: 1 lost" }));
  const results = await readResults(file);

  expect([1, 2, 3].map((seed) => isKept(results, "stop", seed))).toEqual([true, false, false]);
});

test("the table shows the seeds, the minimum and maximum of each figure, and current and earlier failures", () => {
  const results = [
    ran(1, { broken: "seed 1: late" }),
    ran(2, { figures: { messages: 5, slowestStop: 7 } }),
    ran(3, { broken: "seed 3: lost" }),
    ran(1, { figures: { messages: 5, slowestStop: 40 } }),
  ];
  const text = renderReport("before\n<!-- figures: begin -->\nold\n<!-- figures: end -->\nafter", results);

  expect(text).toMatch(/^before\n<!-- figures: begin -->\n4 runs of 2 minutes/);
  expect(text).toMatch(/<!-- figures: end -->\nafter$/);
  expect(text).toContain("| 1–3 | 1: 3; once, not when repeated: 1 | messages 5, slowest stop 7–40 | `stop` |");
});

test("the table in docs/internals/reliability.md matches the stored results", async () => {
  const text = await readFile(document, "utf8");

  expect(text).toBe(renderReport(text, await readResults(resultsFile)));
});

test("every stored result belongs to a scenario of the plan", async () => {
  const ids = plan.map(({ id }) => id);

  expect((await readResults(resultsFile)).filter(({ scenario }) => !ids.includes(scenario))).toEqual([]);
});
