import type { Environment } from "../environment.ts";
import type { ArmContext } from "./arm-caller.ts";
import { ArmError } from "./arm-error.ts";

/** One page of a list, with the link to the next; a client may ask for fewer, or for later ones, by `$top` and `$skip`. */
export function page<Item>(context: ArmContext, { faults }: Environment, items: readonly Item[]) {
  const skip = count(context, "$skip") ?? 0;
  const top = count(context, "$top");
  const size = Math.min(top ?? Number.POSITIVE_INFINITY, faults.scenario.pageSize);
  const value = items.slice(skip, skip + size);
  const isLast = skip + value.length >= items.length || value.length === top;
  return isLast ? { value } : { value, nextLink: nextLink(context, skip + value.length, top && top - value.length) };
}

function count(context: ArmContext, name: "$skip" | "$top"): number | undefined {
  const text = context.req.query(name);
  if (text === undefined) return undefined;
  const wanted = Number(text);
  if (Number.isInteger(wanted) && wanted >= 0) return wanted;
  throw new ArmError(400, "BadRequest", `The value '${text}' of ${name} is not a count.`);
}

function nextLink(context: ArmContext, skip: number, top: number | undefined): string {
  const url = new URL(context.req.url);
  url.searchParams.set("$skip", String(skip));
  if (top !== undefined) url.searchParams.set("$top", String(top));
  return url.href.replaceAll("%24", "$");
}
