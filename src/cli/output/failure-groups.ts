import type { JsonValue } from "../../lib/domain/json-value.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";
import { remedyOf } from "../remedies/remedies.ts";
import type { Renderer, View } from "../run-command.ts";
import { type CustomerFailure, customerFailureText, type FailureLayout, nextLine } from "./customer-failure.ts";
import { codeOf } from "./print-failure.ts";
import type { Style } from "./style.ts";
import { wrapToPage } from "./wrap-text.ts";

/** The results as they come, then the customers that failed: on a terminal that scrolls, what is last is seen. */
export function failuresLast<Result extends JsonValue>(
  view: View<Exclude<Result, Failed>>,
  layout: FailureLayout = {},
): Renderer<Result> {
  const failures: CustomerFailure[] = [];
  return {
    onRecord: (record, style, page) => {
      if (!isFailed(record)) return view(record as Exclude<Result, Failed>, style, page);
      failures.push(record);
      return "";
    },
    onEnd: (style, page) => failureGroupsText(failures, style, { ...layout, ...(page && { page }) }),
  };
}

type Failed = CustomerFailure & { readonly type: "failed" };

const isFailed = (record: unknown): record is Failed =>
  typeof record === "object" && record !== null && "type" in record && record.type === "failed" && "error" in record;

/** Customers that failed for the same cause, the first cause first. */
export const groupFailures = <Failed extends CustomerFailure>(failures: readonly Failed[]): readonly Failed[][] => [
  ...Map.groupBy(failures, (one) => generalFailure(one).key).values(),
];

/** One text for each cause. Customers that failed for the same cause are counted and named below it. */
export function failureGroupsText(
  failures: readonly CustomerFailure[],
  style: Style,
  layout: FailureLayout = {},
): string {
  return groupFailures(failures)
    .map((group) => groupText(group, style, layout))
    .join("\n");
}

function groupText(group: readonly CustomerFailure[], style: Style, layout: FailureLayout): string {
  const [first] = group;
  if (first === undefined) return "";
  if (group.length === 1) return customerFailureText(first, style, layout);
  const { red, bold, dim } = style;
  const { sign = "failed", page, hasNext = () => true } = layout;
  const { message, next } = generalFailure(first);
  const { actor, shared } = first.error;
  const who = shared ? `the provider itself gets no token, for ${group.length} customers` : `${group.length} customers`;
  const names = group
    .map(({ customer }) => customer)
    .sort()
    .join(", ");
  return [
    wrapToPage(`${red(sign)} ${bold(who)}: ${plainLine(message)}${codeOf(first.error)}`, page),
    wrapToPage(`  ${dim("names")} ${names}`, page),
    ...(actor === "operator" || actor === "nobody" ? [] : [`  ${dim("who")}   ${actor}`]),
    ...(hasNext(first.error) ? [nextLine(next, dim, page)] : []),
  ].join("\n");
}

/** The failure without what is different for each customer: its name, tenant and namespace. */
function generalFailure(failed: CustomerFailure) {
  const { customer, tenantId, namespace, error } = failed;
  const general = (text: string) =>
    [
      [namespace, "<namespace>"],
      [tenantId, "<tenant>"],
      [customer, "<customer>"],
    ].reduce((said, [word, placeholder]) => withoutWord(said, word, placeholder ?? ""), text);
  const message = general(error.message);
  const next = general(remedyOf(error));
  return { message, next, key: JSON.stringify([error.code, message, next]) };
}

const withoutWord = (text: string, word: string | undefined, placeholder: string): string =>
  word === undefined
    ? text
    : text.replaceAll(new RegExp(`(?<![\\w.-])${word.replaceAll(".", "\\.")}(?![\\w-])`, "g"), placeholder);
