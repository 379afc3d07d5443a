import { join } from "node:path";
import type { Plugin } from "rolldown";

/** The parts of Ink for React's developer tools. They await at the top of their module. */
const developerTools = /^if \(process\.env\['DEV'\] === 'true'\) \{\n[\s\S]*?\n\}\n/gm;
const partsExpected = 2;

/**
 * Bundles Ink without an await at the top of a module: the script of the single executable cannot have one. React's developer tools are
 * left out, and its layout engine is awaited by the view (`layoutEngine` in src/cli/browse/draw-browse.ts).
 */
export const inkWithoutAwait: Plugin = {
  name: "ink-without-await",
  resolveId: (source) => (source === "yoga-layout" ? join(import.meta.dirname, "layout-engine.ts") : null),
  transform(code, id) {
    if (!id.endsWith("/ink/build/reconciler.js")) return null;
    if (code.match(developerTools)?.length !== partsExpected)
      throw new Error("Ink looks for developer tools in another way: change this plugin");
    return code.replace(developerTools, "");
  },
};

/** React runs as in production: its checks for developers are not bundled. */
export const reactForProduction = { "process.env.NODE_ENV": '"production"' };
