import { Failure } from "../errors/failure.ts";

/** How work over many customers ends: all failed with one kind, that kind; otherwise, when some failed, partial. */
export function aggregateFailure(
  failures: readonly Pick<Failure, "kind" | "code" | "retryable">[],
  customers: number,
): Failure | undefined {
  const [first] = failures;
  if (first === undefined) return undefined;
  const alike = failures.length === customers && failures.every(({ kind }) => kind === first.kind);
  return new Failure(alike ? first.kind : "partial", `${failures.length} of ${customers} customers failed`, {
    hint: "the 'failed' records name each failure and its remedy",
    retryable: failures.some(({ retryable }) => retryable),
    ...(alike ? { code: first.code } : {}),
  });
}
