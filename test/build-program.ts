import { glob, stat } from "node:fs/promises";
import { join } from "node:path";
import { bundle } from "../scripts/bundle.ts";

const root = join(import.meta.dirname, "..");
const sources = ["bin/**", "src/**", "scripts/**", "package*.json"];

/** Builds `dist/` when a source is newer. The end-to-end and fault tests start the built program, as its users do. */
export default async function setup(): Promise<void> {
  const files = await Array.fromAsync(glob(sources, { cwd: root }));
  const changed = Math.max(...(await Promise.all(files.map(async (file) => (await stat(join(root, file))).mtimeMs))));
  const built = await stat(join(root, "dist/xtenant.js")).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  if (built < changed) await bundle(join(root, "dist"));
}
