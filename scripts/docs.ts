import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { generatedDocs } from "./generated-docs.ts";

for (const [file, text] of await generatedDocs()) {
  const path = join(import.meta.dirname, "..", file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
