import { defineCommand } from "../cli/command/define-command.ts";
import type { Context } from "../cli/context.ts";
import { formatDefinitions, wrapToPage } from "../cli/output/wrap-text.ts";
import { remedies } from "../cli/remedies/remedies.ts";
import type { View } from "../cli/run-command.ts";
import {
  type CodeSource,
  catalogEntry,
  codeOfServiceText,
  failureCodes,
  findCode,
  sourceOf,
} from "../lib/entry/error-catalog.ts";
import {
  causeOf,
  Failure,
  type FailureCode,
  type FailureKind,
  failureKinds,
  fillPlaceholders,
} from "../lib/entry/errors.ts";
import { nearestName, plainLine } from "../lib/entry/values.ts";

export type Explained = {
  readonly code: FailureCode;
  readonly from: CodeSource;
  readonly kind: FailureKind;
  readonly exitCode: number;
  readonly cause: string;
  readonly actor: string;
  readonly next: string;
  readonly retryable: boolean;
};

/** Offline: what a code means, from the very table that writes the errors at run time. */
export async function explain(_context: Context, text: string): Promise<Explained> {
  const code = findCode(text) ?? codeOfServiceText(text);
  if (code === undefined)
    throw new Failure(
      "CodeUnknown",
      `${shown(text)} is not one of the ${failureCodes.length} known codes${suggestionFor(text)}`,
    );
  return explained(code);
}

/** A message may be long. */
const shown = (text: string) => {
  const line = plainLine(text);
  return line.length > 60 ? `'${line.slice(0, 60)}…'` : `'${line}'`;
};

/** Placeholders stay as `<customer>`: which customer it is, only an error at run time knows. */
export function explained(code: FailureCode): Explained {
  const { kind, actor = "operator", retryable = false } = catalogEntry(code);
  const params = { claim: "needed" };
  const cause = causeOf(code, params);
  const next = fillPlaceholders(remedies[code], { command: "xtenant <command>" });
  return { code, from: sourceOf(code), kind, exitCode: failureKinds[kind].exitCode, cause, actor, next, retryable };
}

/** A word that is spelled differently; a number that differs is another code. */
function suggestionFor(text: string): string {
  const codes = new Map(failureCodes.map((code) => [code.toLowerCase(), code]));
  const near = /\d/.test(text) ? undefined : nearestName(text.toLowerCase(), codes.keys());
  return near === undefined ? "" : `; did you mean ${codes.get(near)}?`;
}

export const view: View<Explained> = (
  { code, from, kind, exitCode, cause, actor, next, retryable },
  { bold, dim },
  page,
) =>
  [
    wrapToPage(`${bold(code)} ${dim(`of ${from}; exit code ${exitCode} (${kind})`)}`, page),
    formatDefinitions([[`  ${dim("why")} `, cause]], page?.columns),
    `  ${dim("who")}   ${actor}`,
    `  ${dim("next")}  ${next}`,
    ...(retryable ? [wrapToPage(`  ${dim("The same command may succeed later without any action.")}`, page)] : []),
  ].join("\n");

export const explainCommand = defineCommand({
  name: "explain",
  description: "Explain an error code: cause, who must act, and the next command. Works offline.",
  arguments: {
    code: {
      description: "such as AADSTS700016, UnauthorizedAccess, NoStatus, or a message that contains one",
      variadic: true,
      complete: "code",
    },
  },
  run: (context, { code }) => explain(context, code.join(" ")),
  render: view,
  examples: [
    { line: "xtenant explain AADSTS700016", what: "explain a code of Entra" },
    {
      line: 'xtenant explain "AADSTS7002138: No matching federated identity record"',
      what: "explain a message as it was pasted",
    },
    { line: "xtenant explain UnauthorizedAccess --json | jq -r .next", what: "print only the next command" },
  ],
  seeAlso: ["verify", "help exit-codes"],
});
