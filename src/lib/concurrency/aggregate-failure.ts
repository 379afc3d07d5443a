import { countText } from "../domain/count-text.ts";
import { Failure } from "../errors/failure.ts";

/** How work over many customers ends: all failed with one kind, that kind; otherwise, when some failed, partial. */
export function aggregateFailure(
  failures: readonly Pick<Failure, "kind" | "code" | "retryable">[],
  customers: number,
): Failure | undefined {
  const [first] = failures;
  if (first === undefined) return undefined;
  const alike = failures.length === customers && failures.every(({ kind }) => kind === first.kind);
  const message = `${failures.length} of ${countText(customers, "customer")} failed`;
  return new Failure(alike ? first.code : "CustomersFailed", message, {
    remedy: "CustomersFailed",
    actor: "operator",
    retryable: failures.some(({ retryable }) => retryable),
    ...(alike ? { kind: first.kind } : {}),
  });
}
