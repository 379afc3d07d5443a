import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { environmentVariables } from "../../../src/cli/help/environment-variables.ts";

const root = join(import.meta.dirname, "../../..");

/** The sandbox sets these variables for other programs. */
const foreign = /^src\/(?:commands\/sandbox\/|cli\/help\/environment-variables\.ts)/;

test("help environment names exactly the variables that the sources read, set or refuse", () => {
  const sources = globSync("{bin,src}/**/*.ts", { cwd: root }).filter((file) => !foreign.test(file));
  const used = sources.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
    const read = text.matchAll(/\benv\??\.([A-Z][A-Z_]+)\b/g);
    const named = text.matchAll(/\b((?:XTENANT|AZURE|ACTIONS|SYSTEM|NODE|OTEL)_[A-Z_]+|DEBUG(?="))\b/g);
    return [...read, ...named].map(([, name = ""]) => name);
  });

  expect([...new Set(used)].sort()).toEqual(environmentVariables.map(({ name }) => name as string).sort());
});
