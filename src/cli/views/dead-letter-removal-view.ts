import type { RemovalRecord } from "../../lib/dead-letters/remove-dead-letters.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";
import { Failure, type FailureRecord, failureFromRecord } from "../../lib/errors/failure.ts";
import { customerFailureText } from "../output/customer-failure.ts";
import { wrapToPage } from "../output/wrap-text.ts";
import { remedyOf } from "../remedies/remedies.ts";
import type { FailureOf, View } from "../run-command.ts";

const withoutMarks = " without the properties that name the original: the copy would be too large with them";

export const removalView: View<RemovalRecord> = (record, style, page) => {
  const { bold, green, red, yellow, dim } = style;
  const wrap = (line: string) => wrapToPage(line, page);
  const customer = bold(record.customer);
  const next = (error: FailureRecord | undefined) => (error ? `\n  ${dim("next")}  ${plainLine(remedyOf(error))}` : "");
  switch (record.type) {
    case "matched":
      return wrap(
        `${yellow("matched")} ${customer} ${record.sequenceNumber} ${plainLine(record.messageId ?? "-")} ${dim(plainLine(record.reason))}${record.state === undefined ? "" : ` ${yellow(record.state)}`}`,
      );
    case "resubmitted":
      return wrap(
        `${green(record.type)} ${customer} ${record.sequenceNumber} as ${plainLine(record.resubmittedAs ?? "-")}${record.marks ? withoutMarks : ""}`,
      );
    case "purged":
      return wrap(`${green(record.type)} ${customer} ${record.sequenceNumber} ${plainLine(record.messageId ?? "-")}`);
    case "kept":
      return `${wrap(`${red(record.type)} ${customer} ${record.sequenceNumber} ${plainLine(record.error?.message ?? "")}`)}${next(record.error)}`;
    case "failed":
      return customerFailureText(record, style, { page });
    case "summary": {
      const { matched, done, failed, missed, queue, journal } = record;
      const written = journal ? dim(` journal: ${journal}`) : "";
      return wrap(
        `${customer} (${queue}): ${matched} matched, ${done} done, ${failed} failed, ${missed} missed${written}`,
      );
    }
  }
};

/** A message that stayed is a result like any other, and still means that not all went well. */
export const removalFailure: FailureOf<RemovalRecord> = (record) => {
  if (record.type === "kept" && record.error) {
    const failure = failureFromRecord(record.error);
    return failure.with({ message: `number ${record.sequenceNumber}: ${failure.message}` });
  }
  if (record.type !== "summary" || record.missed === 0) return undefined;
  return new Failure(
    "DeadLettersMissed",
    `${record.missed} of ${record.matched} dead letters of ${record.customer} were not reached`,
  );
};
