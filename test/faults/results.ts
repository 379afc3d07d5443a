import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** The result of one scenario with one seed. */
const result = z.strictObject({
  scenario: z.string(),
  seed: z.int(),
  seconds: z.number(),
  /** The day, the Node version and the number of cores, for readers of the figures. */
  on: z.string(),
  node: z.string(),
  cores: z.int(),
  figures: z.record(z.string(), z.number()).optional(),
  /** Why the promise counts as broken. */
  broken: z.string().optional(),
});

export type Result = Readonly<z.output<typeof result>>;

/** The results behind docs/internals/reliability.md: one line for each run, in the order in which the runs ended. */
export const resultsFile = join(import.meta.dirname, "results.ndjson");

/** A missing file has no results. A line that a stopped run truncated is ignored. */
export async function readResults(file: string): Promise<readonly Result[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return lines.filter((line) => line !== "").map((line) => result.parse(JSON.parse(line)));
}

export const saveResult = (file: string, one: Result): Promise<void> => appendFile(file, `${JSON.stringify(one)}\n`);

/** Whether a seed need not run again, because its last run passed. */
export const isKept = (results: readonly Result[], scenario: string, seed: number): boolean =>
  results.findLast((one) => one.scenario === scenario && one.seed === seed)?.figures !== undefined;
