import type { RemovalRecord } from "../../lib/dead-letters/remove-dead-letters.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";
import { Failure, type FailureRecord, failureFromRecord } from "../../lib/errors/failure.ts";
import { remedyOf } from "../remedies/remedies.ts";
import type { FailureOf, View } from "../run-command.ts";

export const removalView: View<RemovalRecord> = (told, { bold, green, red, yellow, dim }) => {
  const customer = bold(told.customer);
  const next = (error: FailureRecord | undefined) => (error ? `\n  ${dim("next")}  ${plainLine(remedyOf(error))}` : "");
  switch (told.type) {
    case "matched":
      return `${yellow("matched")} ${customer} ${told.sequenceNumber} ${plainLine(told.messageId ?? "-")} ${dim(plainLine(told.reason))}`;
    case "resubmitted":
      return `${green(told.type)} ${customer} ${told.sequenceNumber} as ${plainLine(told.resubmittedAs ?? "-")}`;
    case "purged":
      return `${green(told.type)} ${customer} ${told.sequenceNumber} ${plainLine(told.messageId ?? "-")}`;
    case "kept":
      return `${red(told.type)} ${customer} ${told.sequenceNumber} ${plainLine(told.error?.message ?? "")}${next(told.error)}`;
    case "failed":
      return `${red(told.type)} ${customer} ${plainLine(told.error.message)}${next(told.error)}`;
    case "summary": {
      const { matched, done, failed, missed, queue, journal } = told;
      const written = journal ? dim(` journal: ${journal}`) : "";
      return `${customer} (${queue}): ${matched} matched, ${done} done, ${failed} failed, ${missed} missed${written}`;
    }
  }
};

/** A message that stayed is a result like any other, and still means that not all went well. */
export const removalFailure: FailureOf<RemovalRecord> = (told) => {
  if (told.type === "kept" && told.error) {
    const failure = failureFromRecord(told.error);
    return failure.with({ message: `number ${told.sequenceNumber}: ${failure.message}` });
  }
  if (told.type !== "summary" || told.missed === 0) return undefined;
  return new Failure(
    "DeadLettersMissed",
    `${told.missed} of ${told.matched} dead letters of ${told.customer} were not reached`,
  );
};
