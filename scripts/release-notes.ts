/** Prints what CHANGELOG.md says about one version, for its release: `node scripts/release-notes.ts 1.2.3`. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { releaseNotes } from "./changelog.ts";

const changelog = await readFile(join(import.meta.dirname, "../CHANGELOG.md"), "utf8");
process.stdout.write(releaseNotes(changelog, process.argv[2] ?? ""));
