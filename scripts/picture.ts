/** Plays the demo on a sandbox and makes the terminal picture of the README: `npm run picture`. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { demoPicture } from "./demo-picture.ts";

const root = join(import.meta.dirname, "..");
const { stdout } = await promisify(execFile)(process.execPath, [join(root, "bin/xtenant.ts"), "demo", "--json"], {
  env: { ...process.env, FORCE_COLOR: "1" },
});
const steps = stdout
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line));
await writeFile(join(root, "docs/images/demo.svg"), demoPicture(steps));
