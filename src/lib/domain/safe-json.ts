/** Fast for most texts, which are ASCII. */
const beyondAscii = /[^\n\x20-\x7e]/;
/** Characters that a terminal would execute or hide, and that JSON.stringify leaves as they are; see plain-text.ts. */
const hidden = /[\u007f-\u009f\p{Cf}\u2028\u2029]/gu;

/**
 * JSON that can be printed: hidden characters are escapes, such as `\u009b`. Parsing it gives the same value. It is on one line
 * without an indent.
 */
export const safeJson = (value: unknown, indent?: number): string => escapeHidden(JSON.stringify(value, null, indent));

/** Text of JSON, or of YAML in double quotes, with escapes for hidden characters. */
export const escapeHidden = (text: string): string => (beyondAscii.test(text) ? text.replace(hidden, escapeOf) : text);

const escapeOf = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
