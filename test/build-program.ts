import { glob, stat } from "node:fs/promises";
import { join } from "node:path";
import { buildSandbox } from "../sandbox/build.ts";
import { bundle } from "../scripts/bundle.ts";

const root = join(import.meta.dirname, "..");
const programSources = ["bin/**", "src/**", "scripts/**", "package*.json"];
const sandboxSources = ["sandbox/src/**", "sandbox/bin/**", "sandbox/*.*", "scripts/**", "package*.json"];

/**
 * Builds the program and the sandbox when a source is newer. The end-to-end and fault tests start the built program, as its users
 * do.
 */
export default async function setup(): Promise<void> {
  if (await isOlder("dist/xtenant.js", programSources)) await bundle(join(root, "dist"));
  if (await isOlder("sandbox/dist/start.js", sandboxSources)) await buildSandbox(join(root, "sandbox/dist"));
}

async function isOlder(built: string, sources: readonly string[]): Promise<boolean> {
  const files = await Array.fromAsync(glob([...sources], { cwd: root }));
  const times = await Promise.all([built, ...files].map(timeOf));
  return times.slice(1).some((time) => time > (times[0] ?? 0));
}

const timeOf = (file: string) =>
  stat(join(root, file)).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
