import { type Failure, type FailureRecord, failureRecord } from "../errors/failure.ts";

/** The checks of onboarding, in order. Each one depends on the one before. */
export const checkNames = [
  "config",
  "token",
  "service principal",
  "connection",
  "command queue",
  "status queue",
  "Send claim",
  "Listen claim",
] as const;
export type CheckName = (typeof checkNames)[number];

/** `skipped`: not checked, because an earlier check failed. */
export type Check = { readonly check: CheckName } & (
  | { readonly outcome: "passed"; readonly detail: string; readonly warning?: string }
  | { readonly outcome: "failed"; readonly detail: string; readonly error: FailureRecord }
  | { readonly outcome: "skipped"; readonly detail: string }
);

/** `warning`: it passes now, but will fail soon. */
export const passed = (check: CheckName, detail: string, warning?: string): Check => ({
  check,
  outcome: "passed",
  detail,
  ...(warning === undefined ? {} : { warning }),
});

export const failed = (check: CheckName, failure: Failure): Check => ({
  check,
  outcome: "failed",
  detail: failure.message,
  error: failureRecord(failure),
});

export const skipped = (check: CheckName): Check => ({ check, outcome: "skipped", detail: "not checked" });

export type Probe = {
  readonly queueCheck: "command queue" | "status queue";
  readonly claimCheck: "Send claim" | "Listen claim";
  readonly queue: string;
  /** Undefined: an authorized link was opened. */
  readonly failure: Failure | undefined;
};

/** What opening one link proves about connection, queue and claim. A failure belongs to the first check that it breaks. */
export function checksOf({ queueCheck, claimCheck, queue, failure }: Probe): readonly Check[] {
  if (failure === undefined)
    return [passed("connection", "authorised"), passed(queueCheck, queue), passed(claimCheck, `on ${queue}`)];
  switch (failure.code) {
    case "UnauthorizedAccess":
      return [passed("connection", "authorised"), skipped(queueCheck), failed(claimCheck, failure)];
    case "MessagingEntityNotFound":
    case "MessagingEntityDisabled":
    case "QueueForwards":
      return [passed("connection", "authorised"), failed(queueCheck, failure), skipped(claimCheck)];
    default:
      return [failed("connection", failure), skipped(queueCheck), skipped(claimCheck)];
  }
}

/** One result for each check, in order. When two probes give results for the same check, a failure has priority. */
export function runChecks(seen: readonly Check[]): readonly Check[] {
  return checkNames.map((name) => {
    const same = seen.filter(({ check }) => check === name);
    return (
      same.find(({ outcome }) => outcome === "failed") ??
      same.find(({ outcome }) => outcome === "passed") ??
      same[0] ??
      skipped(name)
    );
  });
}
