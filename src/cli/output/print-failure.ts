import { plainText } from "../../lib/domain/plain-text.ts";
import { type Failure, type FailureCode, type FailureKind, failureRecord } from "../../lib/errors/failure.ts";
import { remedyOf } from "../remedies/remedies.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { jsonLine } from "./failure-json.ts";
import type { Style } from "./style.ts";
import { wrapRemedy, wrapText } from "./wrap-text.ts";

/** A failure on stderr: one line of JSON under `--json`, else what failed, who must act, and what to do next. */
export function printFailure(
  stderr: Terminal["stderr"],
  failure: Failure,
  { json, style }: { json: boolean; style: Style },
) {
  const columns = stderr.isTTY && stderr.columns ? stderr.columns : undefined;
  stderr.write(json ? `${jsonLine({ error: failureRecord(failure) })}\n` : failureText(failure, style, columns));
}

/** Wrapped at word boundaries to the width of the window. A command to copy stays in one piece. */
export function failureText(failure: Failure, style: Style, columns = Number.POSITIVE_INFINITY): string {
  const label = failure.kind === "interrupted" ? style.yellow("stopped:") : style.red("error:");
  // The code stands behind the first line: further lines are a list.
  const [first = "", ...others] = plainText(failure.message).split("\n");
  const what = wrapText([`${first}${codeOf(failure)}`, ...others].join("\n"), columns - labelWidth, "  ");
  const lines = [`${label} ${what}`];
  if (failure.detail !== undefined)
    lines.push(
      `  ${style.dim("said")}  ${wrapText(plainText(failure.detail), columns - saidWidth, " ".repeat(saidWidth))}`,
    );
  if (failure.actor !== "operator" && failure.actor !== "nobody")
    lines.push(`  ${style.dim("who")}   ${failure.actor}`);
  if (!withoutNextStep.has(failure.kind)) {
    const next = `  ${style.dim("next")}  ${wrapRemedy(plainText(remedyOf(failure)), columns - saidWidth, " ".repeat(saidWidth))}`;
    lines.push(next);
  }
  if (failure.kind === "bug")
    lines.push(
      stackOf(failure),
      "This is a bug in xtenant. Please report it with the lines above. If you can, run the command again with",
      "--debug <file> and attach that file: it contains no secrets.",
    );
  return `${lines.join("\n")}\n`;
}

/** A bug is reported with what follows it; who stops a run needs no advice. */
const withoutNextStep: ReadonlySet<FailureKind> = new Set(["bug", "interrupted"]);

const labelWidth = "stopped: ".length;
const saidWidth = "  said  ".length;

/** For `xtenant explain`, where the message does not contain it. */
export const codeOf = ({ kind, code, message }: Pick<Failure, "kind" | "code" | "message">): string =>
  withoutNextStep.has(kind) || isPlain(code) || message.includes(code) ? "" : ` (${code})`;

/** The message says all that the code would: a mistake of the command line, or a sum of failures that are printed above. */
const isPlain = (code: FailureCode) =>
  code.startsWith("Usage") || code === "CustomersFailed" || code === "ResultsFailed";

const stackOf = ({ cause, stack }: Failure) => plainText((cause instanceof Error ? cause.stack : stack) ?? "");
