import type { FailureRecord } from "../../lib/errors/failure.ts";
import type { Page } from "../terminal/screen.ts";
import { plainLine } from "./plain-text.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap-text.ts";

type FailedCustomer = { readonly customer: string; readonly error: FailureRecord };

type Look = { readonly sign?: string; readonly page?: Page | undefined };

/** A Customer that failed among others: why, who must act where that is not the operator, and what to do next. */
export function failedText({ customer, error }: FailedCustomer, { red, bold, dim }: Style, look: Look = {}): string {
  const { sign = "failed", page } = look;
  const { message, actor, hint } = error;
  // Many messages begin with the Customer's name; once is enough.
  const why = message.startsWith(`${customer} `) ? message.slice(customer.length + 1) : message;
  const who = actor === "operator" || actor === "nobody" ? [] : [`  ${dim("who")}   ${actor}`];
  const next = hint === undefined ? [] : [`  ${dim("next")}  ${plainLine(hint)}`];
  const before = `${sign} ${customer} `;
  const said = wrap(before + plainLine(why), (page?.columns ?? Number.POSITIVE_INFINITY) - 2, "  ").slice(
    before.length,
  );
  return [`${red(sign)} ${bold(customer)} ${said}`, ...who, ...next].join("\n");
}
