import { plainLine } from "../../lib/domain/plain-text.ts";
import type { FailureRecord } from "../../lib/errors/failure.ts";
import { remedyOf } from "../remedies/remedies.ts";
import type { Page } from "../terminal/screen.ts";
import { codeOf } from "./print-failure.ts";
import type { Style } from "./style.ts";
import { wrapRemedy, wrapToPage } from "./wrap-text.ts";

export type CustomerFailure = {
  readonly customer: string;
  readonly tenantId?: string;
  readonly namespace?: string;
  readonly error: FailureRecord;
};

export type FailureLayout = {
  readonly sign?: string;
  readonly page?: Page;
  /** Whether the next step is said here, and not by the error that ends the command. */
  readonly hasNext?: (error: FailureRecord) => boolean;
};

const nextIndent = "  next  ".length;

/** `next` and what to do, wrapped to the page. */
export const nextLine = (remedy: string, dim: Style["dim"], page: Page | undefined): string =>
  `  ${dim("next")}  ${wrapRemedy(plainLine(remedy), (page?.columns ?? Number.POSITIVE_INFINITY) - nextIndent, " ".repeat(nextIndent))}`;

/** A customer that failed among others: why, who must act where that is not the operator, and what to do next. */
export function customerFailureText(
  { customer, error }: CustomerFailure,
  { red, bold, dim }: Style,
  look: FailureLayout = {},
): string {
  const { sign = "failed", page, hasNext = () => true } = look;
  const { message, actor } = error;
  // Many messages begin with the customer's name; once is enough.
  const why = message.startsWith(`${customer} `) ? message.slice(customer.length + 1) : message;
  const who = actor === "operator" || actor === "nobody" ? [] : [`  ${dim("who")}   ${actor}`];
  const next = hasNext(error) ? [nextLine(remedyOf(error), dim, page)] : [];
  return [wrapToPage(`${red(sign)} ${bold(customer)} ${plainLine(why)}${codeOf(error)}`, page), ...who, ...next].join(
    "\n",
  );
}
