import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { jsonLines } from "./xtenant.ts";

/** Makes the config the protected context prod, with an audit trail. The current context is in this user's folder. */
export async function protectContext(config: string, home: string) {
  const document = JSON.parse(await readFile(config, "utf8"));
  await writeFile(config, JSON.stringify({ ...document, audit: { file: "audit.ndjson" } }));
  await mkdir(join(home, "xtenant"), { recursive: true });
  const contexts = { prod: { config, protected: true } };
  await writeFile(join(home, "xtenant/contexts.json"), JSON.stringify({ current: "prod", contexts }));
  const trail = join(dirname(config), "audit.ndjson");
  return {
    env: { XDG_CONFIG_HOME: home },
    question: "prod is protected. Type its name to go on",
    /** What the audit trail says of the commands that begin with this word, in its order: `begin browse`. */
    audited: async (word: string) =>
      jsonLines(await readFile(trail, "utf8").catch(() => ""))
        .filter(({ command }) => String(command).startsWith(word))
        .map(({ audit, command, type, customer, outcome }) =>
          [audit, command, type, customer, audit === "end" ? outcome : undefined].filter(Boolean).join(" "),
        ),
  };
}
