import type { Plugin } from "rolldown";

/** Backslashes, and a character that one byte cannot hold. */
const wide = /(\\*)([\u0100-\uffff])/g;

/** A tag that sees the escapes of its template. */
const rawTag = /String\.raw`[^`]*[\u0100-\uffff]/;

/**
 * Writes characters beyond Latin-1 as escapes. V8 keeps the source of each file that it has loaded, and one such character makes the
 * whole file take two bytes for each character.
 */
export const oneByteText: Plugin = {
  name: "one-byte-text",
  generateBundle(_options, files) {
    for (const file of Object.values(files)) if (file.type === "chunk") file.code = escapeWide(file.code);
  },
};

/**
 * The same program; unchanged where the escapes take more space than they save. A backslash before the character already belongs to
 * it, where their number is odd.
 */
export function escapeWide(code: string): string {
  if (rawTag.test(code)) throw new Error("a raw template has a character that would be escaped");
  const escaped = code.replace(wide, (_, backslashes: string, character: string) => {
    const name = `u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
    return backslashes.length % 2 === 1 ? `${backslashes}${name}` : `${backslashes}\\${name}`;
  });
  return escaped.length < 2 * code.length ? escaped : code;
}
