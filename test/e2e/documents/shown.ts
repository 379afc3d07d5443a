import { expect } from "vitest";

const guid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** The ids of commands. */
const shortId = /\b[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}\b/g;

/** Values that differ between runs, by name. */
const named = (text: string) =>
  text
    .replace(guid, "<id>")
    .replace(shortId, "<id>")
    .replace(time, "<time>")
    .replace(/localhost:\d+/g, "localhost:<port>");

/** A line that is only `…` matches any lines. Elsewhere it matches any part of a line. */
const pattern = (shown: string) => new RegExp(`^${shown.split("\n").map(linePattern).join("")}$`);

const linePattern = (line: string) =>
  line.trim() === "…" ? "(?:.*\\n)*?" : `${line.split("…").map(RegExp.escape).join(".*")}\\n`;

/** Compares the output in a document with the output of a command. */
export function expectShown(command: string, shown: readonly string[], said: string): void {
  const exchange = (text: string) => named(`$ ${command}\n${text}`.trimEnd());
  const [wanted, had] = [exchange(shown.join("\n")), exchange(said)];
  // The comparison of texts only makes the failure readable.
  if (!pattern(wanted).test(`${had}\n`)) expect(had).toBe(wanted);
}
