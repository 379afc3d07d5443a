import { Failure } from "../errors/failure.ts";

/** How a command over many Customers ends: all failed alike, that kind; some did, or each in its own way, partial. */
export function aggregateFailure(failures: readonly Failure[], customers: number): Failure | undefined {
  const [first] = failures;
  if (first === undefined) return undefined;
  const alike = failures.length === customers && failures.every(({ kind }) => kind === first.kind);
  return new Failure(alike ? first.kind : "partial", `${failures.length} of ${customers} Customers failed`, {
    hint: "the 'failed' records name each failure and its remedy",
    ...(alike ? { code: first.code } : {}),
  });
}
