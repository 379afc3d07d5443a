import type { FailureRecord } from "../failure.ts";
import { plainLine } from "./plain-text.ts";
import type { Style } from "./style.ts";

type FailedCustomer = { readonly customer: string; readonly error: FailureRecord };

/** A Customer that failed among others: why, who must act where that is not the operator, and what to do next. */
export function failedText({ customer, error }: FailedCustomer, { red, bold, dim }: Style, sign = "failed"): string {
  const { message, actor, hint } = error;
  // Many messages begin with the Customer's name; once is enough.
  const why = message.startsWith(`${customer} `) ? message.slice(customer.length + 1) : message;
  const who = actor === "operator" || actor === "nobody" ? [] : [`  ${dim("who")}   ${actor}`];
  const next = hint === undefined ? [] : [`  ${dim("next")}  ${plainLine(hint)}`];
  return [`${red(sign)} ${bold(customer)} ${plainLine(why)}`, ...who, ...next].join("\n");
}
