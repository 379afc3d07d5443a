import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** A step of a pipeline's YAML: its script and its variables. */
export type Step = { readonly name: string; readonly script: string; readonly env: readonly string[] };

/**
 * The steps with a script in a file of the checkout, in GitHub's and in Azure's format. Reads only the parts of YAML
 * that our examples use. A step begins with a dash; deeper lines belong to it.
 */
export async function stepsIn(file: string): Promise<readonly Step[]> {
  const yaml = await readFile(join(import.meta.dirname, "../..", file), "utf8");
  const lines = yaml.split("\n");
  const starts = lines.flatMap((line, index) => (/^\s*- \w/.test(line) ? [index] : []));
  return starts.flatMap((start, at) => {
    const step = lines.slice(start, starts[at + 1] ?? lines.length);
    const script = scriptOf(step);
    return script === undefined
      ? []
      : [{ name: valueAfter(step, "displayName|name"), script, env: namesUnder(step, "env") }];
  });
}

const key = (names: string) => new RegExp(`^\\s*(?:- )?(?:${names}):\\s*(.*)$`);

const valueAfter = (step: readonly string[], names: string) =>
  step.map((line) => key(names).exec(line)?.[1]).find((value) => value !== undefined) ?? "";

function scriptOf(step: readonly string[]): string | undefined {
  const value = valueAfter(step, "run|bash");
  return value === "|" ? block(step, "run|bash").join("\n") : value || undefined;
}

/** The deeper lines after a key, without their indentation. */
function block(step: readonly string[], names: string): readonly string[] {
  const from = step.findIndex((line) => key(names).test(line)) + 1;
  if (from === 0) return [];
  const depth = indentation(step[from] ?? "");
  const to = step.findIndex((line, index) => index > from && line.trim() !== "" && indentation(line) < depth);
  return step.slice(from, to < 0 ? undefined : to).map((line) => line.slice(depth));
}

const namesUnder = (step: readonly string[], name: string) =>
  block(step, name).flatMap((line) => /^(\w+):/.exec(line)?.[1] ?? []);

const indentation = (line: string) => /^ */.exec(line)?.[0].length ?? 0;
