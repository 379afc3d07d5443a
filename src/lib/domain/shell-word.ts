/** A text as one word for a shell, with quotes only where it needs them. */
export const shellWord = (text: string): string => (/^[\w./:@%+=,-]+$/.test(text) ? text : quoteForShell(text));

/** Quotes any text as one word for a shell. */
export const quoteForShell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
