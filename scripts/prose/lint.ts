/**
 * npm run lint:prose                     checks every file
 * npm run lint:prose -- docs src/lib     checks what is below these paths
 */
import { relative, resolve } from "node:path";
import { checkFiles, filesToRead } from "./check-prose.ts";

const paths = process.argv.slice(2).map((path) => relative(process.cwd(), resolve(path)));
const isAsked = (file: string) =>
  paths.length === 0 || paths.some((path) => file === path || file.startsWith(`${path}/`) || path === "");

const files = filesToRead().filter(isAsked);
const findings = await checkFiles(files);
for (const { file, line, column, message } of findings) process.stdout.write(`${file}:${line}:${column} ${message}\n`);
process.stdout.write(`${files.length} files, ${findings.length} findings\n`);
process.exitCode = findings.length === 0 ? 0 : 1;
