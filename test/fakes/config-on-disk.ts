import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openConfigFile } from "../../src/lib/config/config-file.ts";
import { openFolder } from "./folder.ts";

/** A config file with this text (an object is written as JSON) in its own folder, and the log of its reading. */
export async function configOnDisk(content: unknown, env: Readonly<Record<string, string>> = {}) {
  const folder = await openFolder();
  const file = join(folder.path, "xtenant.json");
  const logged: string[] = [];
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content), { mode: 0o600 });
  const search = { option: undefined, env, workingDirectory: folder.path };
  return {
    ...folder,
    file,
    logged,
    text: () => readFile(file, "utf8"),
    config: openConfigFile(search, { info: (line) => logged.push(line) }),
    /** The same file as another process reads it. */
    open: () => openConfigFile({ ...search, option: file }, { info: (line) => logged.push(line) }),
  };
}
