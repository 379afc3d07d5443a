import { createHash } from "node:crypto";

const guid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const commandId = /(?:(?<=\[\d+m)|(?<![\w-]))[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}(?![\w-])/g;

/** Ids, times and ports are the same in each recording, so that a new one differs only where the output does. */
export type SteadyWords = {
  /** For text that flows: a GUID is shortened. */
  readonly inText: (text: string) => string;
  /** For a line of a screen: every word keeps its width. */
  readonly onScreen: (line: string) => string;
};

export function steadyWords(): SteadyWords {
  const guids = createNames((index) => createHash("sha256").update(`${index}`).digest("hex"));
  const ids = createNames((index) => `c0mm-andn-000${index + 1}`);
  const inBoth = (text: string) =>
    text
      .replace(commandId, ids)
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/g, "2026-01-31T09:00:00")
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?=Z)/g, "2026-01-31 09:00:00")
      .replace(/(?<=localhost(?::|%3A))\d+/g, "8443");
  return {
    inText: (text) =>
      inBoth(text.replace(guid, (id) => `${guids(id).slice(0, 8)}…`))
        .replace(/(?<=2026-01-31T09:00:00)\.\d+/g, "")
        .replace(/(?<=state=)[\w.-]+/g, "…"),
    onScreen: (line) =>
      inBoth(line)
        .replace(/(?<=2026-01-31T09:00:00)\.\d{3}/g, ".000")
        .replace(/(?<![\d:T-])\d\d:\d\d:\d\d(?![\d:])/g, "09:00:00")
        // How long a message has waited.
        .replace(/(?<= )\d{1,2}s(?= {2}|$)/g, (age) => "4s".padEnd(age.length)),
  };
}

/** The same name for the same word each time, in the order in which words appear. */
function createNames(nameOf: (index: number) => string): (word: string) => string {
  const names = new Map<string, string>();
  return (word) => {
    const name = names.get(word) ?? nameOf(names.size);
    names.set(word, name);
    return name;
  };
}
