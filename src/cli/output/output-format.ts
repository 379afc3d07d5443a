import type { JsonValue } from "../../lib/domain/json-value.ts";

/** The formats of `--output`. `--json` is a short form of `jsonl`. */
export const outputFormats = ["table", "json", "jsonl", "yaml", "tsv", "csv"] as const;
export type OutputFormat = (typeof outputFormats)[number];

/**
 * What a command gives: one result, a list that is printed when it is complete, or a stream, which is printed as it arrives. A
 * message of a stream is completed after its record was printed.
 */
export type ResultShape = "one" | "list" | "stream";

/** Turns results into text. Empty text means that nothing is printed yet. */
export type RecordWriter = {
  write(results: readonly JsonValue[]): string;
  end(): string;
};

/** Errors are JSON where the results are. */
export const hasJsonErrors = (words: readonly string[]): boolean =>
  words.some(
    (word, index) =>
      word === "--json" ||
      /^(?:--output=|-o=?)jsonl?$/.test(word) ||
      (/^jsonl?$/.test(word) && /^(?:-o|--output)$/.test(words[index - 1] ?? "")),
  );
