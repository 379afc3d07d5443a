import { text as textOf } from "node:stream/consumers";
import { defineCommand } from "../cli/command/define-command.ts";
import type { Context } from "../cli/context.ts";
import { formatDefinitions, wrapToPage } from "../cli/output/wrap-text.ts";
import { remedyText } from "../cli/remedies/remedies.ts";
import type { View } from "../cli/run-command.ts";
import {
  type CodeSource,
  catalogEntry,
  codeOfServiceText,
  type DeadLetterReason,
  deadLetterReasons,
  failureCodes,
  findCode,
  findDeadLetterReason,
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

/** What a code means. */
export type ExplainedCode = {
  readonly code: FailureCode;
  readonly from: CodeSource;
  readonly kind: FailureKind;
  readonly exitCode: number;
  readonly cause: string;
  readonly actor: string;
  readonly next: string;
  readonly retryable: boolean;
};

/** What an exit code means, and the codes of the errors that end with it. */
type ExplainedExit = {
  readonly exitCode: number;
  readonly kind: string;
  readonly cause: string;
  readonly codes: readonly FailureCode[];
};

/** Why a message was dead-lettered. */
type ExplainedReason = { readonly reason: DeadLetterReason; readonly cause: string; readonly next: string };

export type Explained = ExplainedCode | ExplainedExit | ExplainedReason;

/** Offline: what a text means, from the very tables that write the errors at run time. */
export async function* explain(
  { terminal }: Pick<Context, "terminal">,
  words: readonly string[],
  { list }: { readonly list?: true | undefined } = {},
): AsyncGenerator<Explained> {
  if (list && words.length > 0)
    throw new Failure("UsageConflictingOptions", "--list shows all codes: omit the code, or omit --list");
  if (list) {
    yield* failureCodes.map(explainedCode);
    return;
  }
  if (words.length === 0)
    throw new Failure("UsageMissingArgument", "missing required argument 'code'; --list shows all codes");
  const text = words.length === 1 && words[0] === "-" ? await textOf(terminal.stdin) : words.join(" ");
  yield explainText(text);
}

function explainText(text: string): Explained {
  const exit = explainedExit(text.trim());
  if (exit) return exit;
  const code = findCode(text) ?? codeOfServiceText(text);
  if (code !== undefined) return explainedCode(code);
  const reason = findDeadLetterReason(text);
  if (reason !== undefined) return { reason, ...deadLetterReasons[reason] };
  throw new Failure(
    "CodeUnknown",
    `${shown(text)} is not one of the ${failureCodes.length} known codes${suggestionFor(text)}`,
  );
}

/** A message may be long. */
const shown = (text: string) => {
  const line = plainLine(text);
  return line.length > 60 ? `'${line.slice(0, 60)}…'` : `'${line}'`;
};

/** Placeholders stay as `<customer>`: which customer it is, only an error at run time knows. */
export function explainedCode(code: FailureCode): ExplainedCode {
  const { kind, actor = "operator", retryable = false } = catalogEntry(code);
  const params = { claim: "needed" };
  const cause = causeOf(code, params);
  const next = fillPlaceholders(remedyText(code), { command: "xtenant <command>" });
  return { code, from: sourceOf(code), kind, exitCode: failureKinds[kind].exitCode, cause, actor, next, retryable };
}

/** `4`, `exit 4`, `exit code 4`, or its name: `auth`. */
function explainedExit(text: string): ExplainedExit | undefined {
  const [, number, name] = /^(?:(?:exit\s*)?(?:code\s*)?(\d{1,3})|([a-z]+))$/i.exec(text) ?? [];
  if (number === "0") return { exitCode: 0, kind: "done", cause: "done, or nothing to do", codes: [] };
  const kinds = Object.keys(failureKinds) as FailureKind[];
  const kind = kinds.find(
    (one) => one.toLowerCase() === name?.toLowerCase() || String(failureKinds[one].exitCode) === number,
  );
  if (kind === undefined) return undefined;
  const { exitCode, means } = failureKinds[kind];
  return { exitCode, kind, cause: means, codes: failureCodes.filter((code) => catalogEntry(code).kind === kind) };
}

/** A word that is spelled differently, or that is part of codes; a number that differs is another code. */
function suggestionFor(text: string): string {
  const typed = text.trim().toLowerCase();
  if (/\d/.test(typed)) return "";
  const names = new Map([...failureCodes, ...Object.keys(deadLetterReasons)].map((code) => [code.toLowerCase(), code]));
  const near = nearestName(typed, names.keys());
  const containing = [...names.keys()].filter((name) => typed.length > 2 && name.includes(typed)).slice(0, 3);
  const found = (near === undefined ? containing : [near]).map((name) => names.get(name));
  return found.length === 0 ? "" : `; did you mean ${found.join(", ")}?`;
}

export const view: View<Explained> = (explained, style, page) => {
  const { bold, dim } = style;
  const line = (label: string, text: string) => formatDefinitions([[`  ${dim(label)}`, text]], page?.columns);
  if ("reason" in explained) {
    const { reason, cause, next } = explained;
    const head = `${bold(reason)} ${dim("is a reason of dead-lettered messages, not a code of an error")}`;
    return [wrapToPage(head, page), line("why ", cause), line("next", next)].join("\n");
  }
  if ("codes" in explained) {
    const { exitCode, kind, cause, codes } = explained;
    const all = codes.length === 0 ? [] : [line("codes", codes.join(", "))];
    return [wrapToPage(`${bold(`exit code ${exitCode}`)} (${kind}): ${cause}`, page), ...all].join("\n");
  }
  const { code, from, kind, exitCode, cause, actor, next, retryable } = explained;
  return [
    wrapToPage(`${bold(code)} ${dim(`of ${from}; exit code ${exitCode} (${kind})`)}`, page),
    line("why ", cause),
    line("who ", actor),
    line("next", next),
    ...(retryable ? [wrapToPage(`  ${dim("The same command may succeed later without any action.")}`, page)] : []),
  ].join("\n");
};

/** One line for each code. */
const listView: View<Explained> = (explained, { bold, dim }, page) =>
  "code" in explained
    ? wrapToPage(`${bold(explained.code)}  ${dim(`exit ${explained.exitCode}`)}  ${explained.cause}`, page)
    : "";

export const explainCommand = defineCommand({
  name: "explain",
  description:
    "Explain an error code, an exit code, or the reason of a dead letter: cause, who must act, and the next command. Works offline.",
  arguments: {
    code: {
      description:
        "such as AADSTS700016, UnauthorizedAccess or NoStatus, a message that contains one, an exit code, or the reason of a dead letter; - reads a message from standard input",
      optional: true,
      variadic: true,
      complete: "code",
    },
  },
  options: {
    list: { flags: "--list", description: "list all codes, one per line" },
  },
  createRenderer: ({ list }) => ({ onRecord: list ? listView : view }),
  paged: "top",
  run: (context, { code }, options) => explain(context, code, options),
  examples: [
    {
      line: 'xtenant explain "AADSTS7002138: No matching federated identity record"',
      what: "explain a message as it was pasted",
    },
    { line: "xtenant explain 4", what: "explain an exit code" },
    { line: "xtenant explain --list", what: "list all codes" },
  ],
  seeAlso: ["verify", "help exit-codes"],
});
