import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { plan } from "./plan.ts";
import type { Result } from "./results.ts";
import type { Scenario } from "./scenarios/scenario.ts";

export const document = join(import.meta.dirname, "../../docs/internals/reliability.md");
const [begin, end] = ["<!-- figures: begin -->", "<!-- figures: end -->"];

/** Replaces the text between the markers with a table of these results. */
export async function writeReport(results: readonly Result[]): Promise<void> {
  await writeFile(document, renderReport(await readFile(document, "utf8"), results));
}

/** The document with the figures of these results. */
export function renderReport(text: string, results: readonly Result[]): string {
  const [before = "", rest = ""] = text.split(begin);
  const after = rest.split(end)[1] ?? "";
  const head = [
    "| promise | demanded | seeds | broken | measured | `--only` |",
    "| --- | --- | --- | --- | --- | --- |",
  ];
  const rows = plan.map((scenario) =>
    row(
      scenario,
      results.filter(({ scenario: id }) => id === scenario.id),
    ),
  );
  return `${before}${begin}\n${summary(results)}\n\n${[...head, ...rows].join("\n")}\n${end}${after}`;
}

function summary(results: readonly Result[]): string {
  const known = results.filter(({ scenario }) => plan.some(({ id }) => id === scenario));
  const days = spread(known.map(({ on }) => on));
  const nodes = spread(known.map(({ node }) => node));
  const cores = spread(known.map((one) => one.cores));
  const minutes = Math.round(known.reduce((sum, { seconds }) => sum + seconds, 0) / 60);
  return `${known.length} runs of ${minutes} minutes in all on ${days}, Node ${nodes}, ${cores} cores, each with its seed.`;
}

function row({ id, promise, demanded }: Scenario, results: readonly Result[]): string {
  const last = [...new Map(results.map((one) => [one.seed, one])).values()];
  const broken = last.filter(({ figures }) => figures === undefined).map(({ seed }) => seed);
  const once = new Set(results.filter(({ figures }) => figures === undefined).map(({ seed }) => seed));
  const again = [...once].filter((seed) => !broken.includes(seed));
  const cells = [
    ...[promise, demanded],
    last.length === 0 ? "not run" : ranges(last.map(({ seed }) => seed)),
    [
      broken.length === 0 ? "0" : `${broken.length}: ${ranges(broken)}`,
      ...(again.length === 0 ? [] : [`once, not when repeated: ${ranges(again)}`]),
    ].join("; "),
    measured(last),
    `\`${id}\``,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** The minimum and maximum of each figure: `messages 600, duplicates 0–37`. */
function measured(results: readonly Result[]): string {
  const figures = results.flatMap(({ figures: found }) => (found === undefined ? [] : [found]));
  return Object.keys(figures[0] ?? {})
    .map((name) => `${words(name)} ${spread(figures.map((one) => one[name] ?? 0))}`)
    .join(", ");
}

const words = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function spread<T extends string | number>(values: readonly T[]): string {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : 1));
  const [least, most] = [sorted[0] ?? "none", sorted.at(-1) ?? "none"];
  return least === most ? String(least) : `${least}–${most}`;
}

/** `1–4, 7`. */
function ranges(seeds: readonly number[]): string {
  const sorted = [...seeds].sort((a, b) => a - b);
  const starts = sorted.filter((seed) => !sorted.includes(seed - 1));
  const ends = sorted.filter((seed) => !sorted.includes(seed + 1));
  return starts.map((start, n) => (start === ends[n] ? String(start) : `${start}–${ends[n]}`)).join(", ");
}
