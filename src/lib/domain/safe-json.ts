/** Fast for most texts, which are ASCII. */
const beyondAscii = /[^\x20-\x7e]/;
/** Characters that a terminal would execute or hide, and that JSON.stringify leaves as they are; see plain-text.ts. */
const hidden = /[\u007f-\u009f\p{Cf}\u2028\u2029]/gu;

/** JSON on one line that can be printed: hidden characters are escapes, such as `\u009b`. Parsing it gives the same value. */
export function safeJson(value: unknown): string {
  const text = JSON.stringify(value);
  return beyondAscii.test(text) ? text.replace(hidden, escapeOf) : text;
}

const escapeOf = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
