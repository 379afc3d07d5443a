import type { RemovalRecord } from "../../lib/dead-letters/remove-dead-letters.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";
import { Failure } from "../../lib/errors/failure.ts";
import type { FailureOf, View } from "../run-command.ts";

export const removalView: View<RemovalRecord> = (told, { bold, green, red, yellow, dim }) => {
  const customer = bold(told.customer);
  const next = (hint: string | undefined) => (hint ? `\n  ${dim("next")}  ${plainLine(hint)}` : "");
  switch (told.type) {
    case "matched":
      return `${yellow("matched")} ${customer} ${told.sequenceNumber} ${plainLine(told.messageId ?? "-")} ${dim(plainLine(told.reason))}`;
    case "resubmitted":
      return `${green(told.type)} ${customer} ${told.sequenceNumber} as ${plainLine(told.resubmittedAs ?? "-")}`;
    case "purged":
      return `${green(told.type)} ${customer} ${told.sequenceNumber} ${plainLine(told.messageId ?? "-")}`;
    case "kept":
      return `${red(told.type)} ${customer} ${told.sequenceNumber} ${plainLine(told.error?.message ?? "")}${next(told.error?.hint)}`;
    case "failed":
      return `${red(told.type)} ${customer} ${plainLine(told.error.message)}${next(told.error.hint)}`;
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
    const { kind, message, ...options } = told.error;
    return new Failure(kind, `number ${told.sequenceNumber}: ${message}`, options);
  }
  if (told.type !== "summary" || told.missed === 0) return undefined;
  return new Failure("partial", `${told.missed} of ${told.matched} dead letters of ${told.customer} were not reached`, {
    code: "Missed",
    hint: "somebody else holds them, or has taken them; they are as they were: the same again, later",
    retryable: true,
  });
};
