import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Results } from "./run.ts";

const file = join(import.meta.dirname, "../../docs/reliability.md");
const [begin, end] = ["<!-- figures: begin -->", "<!-- figures: end -->"];

/** Replaces what is between the markers by the figures of this run. */
export async function writeReport(all: readonly Results[]): Promise<void> {
  const text = await readFile(file, "utf8");
  const [before = "", rest = ""] = text.split(begin);
  const after = rest.split(end)[1] ?? "";
  const date = new Date().toISOString().slice(0, 10);
  const machine = `Measured on ${date}, Node ${process.versions.node}, ${availableParallelism()} cores.`;
  const table = [
    "| promise | demanded | runs | broken | measured | command |",
    "| --- | --- | --: | --: | --- | --- |",
  ];
  await writeFile(file, `${before}${begin}\n${machine}\n\n${[...table, ...all.map(row)].join("\n")}\n${end}${after}`);
}

const row = ({ scenario, results }: Results): string => {
  const broken = results.filter((result) => result.broken !== undefined);
  const seeds = broken.map(({ seed }) => seed).join(", ");
  const cells = [
    ...[scenario.promise, scenario.demanded, String(results.length)],
    broken.length === 0 ? "0" : `${broken.length} (seeds ${seeds})`,
    measured({ scenario, results }),
    `\`node test/faults/run.ts --only ${scenario.id}\``,
  ];
  return `| ${cells.join(" | ")} |`;
};

/** The least and the most of each figure: `messages 600, duplicates 0–37`. */
function measured({ results }: Results): string {
  const figures = results.flatMap(({ figures: found }) => (found === undefined ? [] : [found]));
  const names = Object.keys(figures[0] ?? {});
  return names
    .map((name) => {
      const values = figures.map((one) => one[name] ?? 0);
      const [least, most] = [Math.min(...values), Math.max(...values)];
      return `${words(name)} ${least === most ? least : `${least}–${most}`}`;
    })
    .join(", ");
}

const words = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
