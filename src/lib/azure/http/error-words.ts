type Thrown = { readonly code?: unknown; readonly message?: unknown; readonly cause?: unknown };

/** Libraries wrap each other's errors. */
const deepest = 5;

/** The codes and messages of an error and of what caused it, the outermost first. */
export function errorWords(error: unknown): string {
  const words: string[] = [];
  for (let one = error as Thrown | undefined, depth = 0; one && depth < deepest; one = one.cause as Thrown, depth += 1)
    words.push(`${String(one.code)} ${String(one.message)}`);
  return words.join("\n");
}
