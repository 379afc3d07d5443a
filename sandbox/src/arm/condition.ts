/** An attempt to change a role assignment: the action, and the new or existing assignment. */
export type Attempt = {
  readonly action: string;
  readonly roleId: string;
  readonly principalId: string;
  readonly principalType: string;
};

/** Whether a condition on a role lets its holder do this. */
export type Condition = (attempt: Attempt) => boolean;

/** Thrown for text that is no condition of the kind understood here. */
export class BadCondition extends Error {}

const attributes: Readonly<Record<string, (attempt: Attempt) => string>> = {
  roledefinitionid: ({ roleId }) => roleId,
  principalid: ({ principalId }) => principalId,
  principaltype: ({ principalType }) => principalType.toLowerCase(),
};

const token =
  /\s*(?:(\()|(\))|(!)|(AND|OR|&&|\|\|)(?![a-z])|ActionMatches\s*\{\s*'([^']*)'\s*\}|@(?:Request|Resource)\s*\[\s*Microsoft\.Authorization\/roleAssignments:(\w+)\s*\]\s*ForAnyOfAnyValues:(?:GuidEquals|StringEqualsIgnoreCase)\s*\{([^}]*)\})/iy;

/**
 * A condition of version 2.0 on a role assignment (Azure ABAC, "delegate role assignments"). It can have `ActionMatches`,
 * comparisons of role, principal and principal type, `!`, `AND`, `OR` and parentheses. AND binds closer than OR.
 */
export function parseCondition(text: string): Condition {
  token.lastIndex = 0;
  const next = () => {
    const at = token.lastIndex;
    const found = token.exec(text);
    if (found !== null) return found;
    if (text.slice(at).trim() !== "") throw new BadCondition(text.slice(at).trim());
    return undefined;
  };
  let current = next();
  const advance = () => {
    const taken = current;
    current = next();
    return taken;
  };
  const joins = (words: readonly string[]) => words.includes(current?.[4]?.toUpperCase() ?? "");

  const either = (): Condition => {
    const all: Condition[] = [both()];
    while (joins(["OR", "||"])) {
      advance();
      all.push(both());
    }
    return (attempt) => all.some((one) => one(attempt));
  };
  const both = (): Condition => {
    const all: Condition[] = [one()];
    while (joins(["AND", "&&"])) {
      advance();
      all.push(one());
    }
    return (attempt) => all.every((condition) => condition(attempt));
  };
  const one = (): Condition => {
    const [whole, open, , not, , action, attribute, values] = advance() ?? [];
    if (not !== undefined) {
      const inner = one();
      return (attempt) => !inner(attempt);
    }
    if (open !== undefined) {
      const inner = either();
      if (advance()?.[2] === undefined) throw new BadCondition("a parenthesis is not closed");
      return inner;
    }
    if (action !== undefined) return (attempt) => attempt.action.toLowerCase() === action.toLowerCase();
    const read = attributes[attribute?.toLowerCase() ?? ""];
    if (read === undefined || values === undefined) throw new BadCondition(whole?.trim() ?? "it ends too early");
    const wanted = values.split(",").map((value) => value.trim().replaceAll("'", "").toLowerCase());
    return (attempt) => wanted.includes(read(attempt));
  };

  const condition = either();
  if (current !== undefined) throw new BadCondition(current[0].trim());
  return condition;
}
