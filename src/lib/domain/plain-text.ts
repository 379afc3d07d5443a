/**
 * Characters that a terminal would execute or hide: C0 and C1 controls (escape among them), line and paragraph separators,
 * bidirectional controls, zero-width and other format characters, and tag characters. Tab and line feed are kept.
 */
const unprintable = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Makes foreign text safe to print: control characters become visible `\u{1b}` escapes. */
export const plainText = (foreign: string): string =>
  foreign.replace(unprintable, (character) =>
    character === "\n" || character === "\t" ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );

/** The same on one line: line feeds and tabs become escapes, too. */
export const plainLine = (foreign: string): string =>
  plainText(foreign).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
