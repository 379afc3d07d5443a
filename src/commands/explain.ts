import { defineCommand } from "../cli/command/define-command.ts";
import type { Context } from "../cli/context.ts";
import type { View } from "../cli/run-command.ts";
import { nearestName } from "../lib/domain/nearest-name.ts";
import { plainLine } from "../lib/domain/plain-text.ts";
import { findRemedy, knownCodes, type Speaker } from "../lib/errors/catalog/catalog.ts";
import { Failure, type FailureKind, failureKinds } from "../lib/errors/failure.ts";

type Explained = {
  readonly code: string;
  readonly from: Speaker;
  readonly kind: FailureKind;
  readonly exitCode: number;
  readonly cause: string;
  readonly actor: string;
  readonly next: string;
  readonly retryable: boolean;
};

/** Offline: what a code means, from the very table that writes the errors at run time. */
export async function explain(_context: Context, text: string): Promise<Explained> {
  const found = findRemedy(text);
  if (found === undefined)
    throw new Failure(
      "notFound",
      `'${plainLine(text)}' is none of the ${knownCodes().length} codes known here${meant(text)}`,
      {
        code: "CodeUnknown",
        hint: "Microsoft's own list: https://login.microsoftonline.com/error",
      },
    );
  const { kind, cause, actor, next, retryable = false } = found.remedy;
  const { exitCode } = failureKinds[kind];
  return {
    code: found.code,
    from: found.speaker,
    kind,
    exitCode,
    cause: named(cause),
    actor,
    next: named(next),
    retryable,
  };
}

/** A word that is spelt otherwise; a number that differs means another thing. */
function meant(text: string): string {
  const codes = new Map(knownCodes().map((code) => [code.toLowerCase(), code]));
  const near = /\d/.test(text) ? undefined : nearestName(text.toLowerCase(), codes.keys());
  return near === undefined ? "" : `; did you mean ${codes.get(near)}?`;
}

/** Without a place at hand, the placeholders say what stands there. */
const named = (text: string) =>
  text.replace(/\{(\w+)\}/g, (_, key: string) => (key === "claim" ? "needed" : `<${key}>`));

export const view: View<Explained> = ({ code, from, kind, exitCode, cause, actor, next, retryable }, { bold, dim }) =>
  [
    `${bold(code)} ${dim(`of ${from}; exit code ${exitCode} (${kind})`)}`,
    `  ${dim("why")}   ${cause}`,
    `  ${dim("who")}   ${actor}`,
    `  ${dim("next")}  ${next}`,
    ...(retryable ? [`  ${dim("The same command may succeed later with nobody acting.")}`] : []),
  ].join("\n");

export const explainCommand = defineCommand({
  name: "explain",
  description: "Explain an error code: cause, who must act, and the next command. Works offline.",
  arguments: {
    code: { description: "such as AADSTS700016, RoleAssignmentExists, UnauthorizedAccess", complete: "code" },
  },
  run: (context, { code }) => explain(context, code),
  render: view,
  examples: [
    { line: "xtenant explain AADSTS700016", what: "explain a code of Entra" },
    { line: "xtenant explain UnauthorizedAccess --json | jq -r .next", what: "print only the next command" },
  ],
  seeAlso: ["verify", "help exit-codes"],
});
