import type { RoleAssignment, Tenant } from "../model.ts";
import { ArmError } from "./arm-error.ts";

/** Assignments at, above and (unless `atScope()` is asked for) below a scope, of one principal if the filter names one. */
export function assignmentsAround(
  { roleAssignments }: Tenant,
  scope: string,
  filter: string | undefined,
): readonly RoleAssignment[] {
  const { atScope, principalId } = parseFilter(filter ?? "");
  return [...roleAssignments.values()].filter(
    (assignment) =>
      (isAtOrAbove(assignment.scope, scope) || (!atScope && isAtOrAbove(scope, assignment.scope))) &&
      (principalId === undefined || assignment.principalId === principalId),
  );
}

const isAtOrAbove = (scope: string, other: string) => `${other}/`.startsWith(`${scope}/`);

function parseFilter(filter: string) {
  const terms = filter.split(/\s+and\s+/i).filter((term) => term.trim() !== "");
  const isAtScope = (term: string) => /^\s*atScope\(\)\s*$/i.test(term);
  const principals = terms
    .filter((term) => !isAtScope(term))
    .map((term) => term.match(/^\s*(?:principalId\s+eq\s+'([^']+)'|assignedTo\('([^']+)'\))\s*$/i))
    .map((match) => (match?.[1] ?? match?.[2])?.toLowerCase());
  if (principals.length > 1 || principals.includes(undefined))
    throw new ArmError(400, "UnsupportedQuery", `The filter '${filter}' is not supported.`);
  return { atScope: terms.some(isAtScope), principalId: principals[0] };
}
