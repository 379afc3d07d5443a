import { plainText } from "../../lib/domain/plain-text.ts";
import { type Failure, failureRecord } from "../../lib/errors/failure.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { Style } from "./style.ts";
import { wrapText } from "./wrap-text.ts";

/** A failure on stderr: one line of JSON under `--json`, else what failed, who must act, and what to do next. */
export function printFailure(
  stderr: Terminal["stderr"],
  failure: Failure,
  { json, style }: { json: boolean; style: Style },
) {
  const columns = stderr.isTTY && stderr.columns ? stderr.columns : undefined;
  stderr.write(json ? `${JSON.stringify({ error: failureRecord(failure) })}\n` : failureText(failure, style, columns));
}

/** In lines of whole words where the window has so many columns; what is to be copied stays on one. */
export function failureText(failure: Failure, style: Style, columns = Number.POSITIVE_INFINITY): string {
  const label = failure.kind === "interrupted" ? style.yellow("stopped:") : style.red("error:");
  const what = wrapText(`${plainText(failure.message)}${codeOf(failure)}`, columns - labelWidth, "  ");
  const lines = [`${label} ${what}`];
  if (failure.detail !== undefined)
    lines.push(
      `  ${style.dim("said")}  ${wrapText(plainText(failure.detail), columns - saidWidth, " ".repeat(saidWidth))}`,
    );
  if (failure.actor !== "operator" && failure.actor !== "nobody")
    lines.push(`  ${style.dim("who")}   ${failure.actor}`);
  if (failure.hint !== undefined) lines.push(`  ${style.dim("next")}  ${plainText(failure.hint)}`);
  if (failure.kind === "bug")
    lines.push(
      stackOf(failure),
      "This is a bug in xtenant; please report it with the lines above, and with the file that the same line with",
      "--debug <file> writes: it has no secrets in it.",
    );
  return `${lines.join("\n")}\n`;
}

const labelWidth = "stopped: ".length;
const saidWidth = "  said  ".length;

/** For `xtenant explain`, and for whoever is asked: where the message does not name it. */
const codeOf = ({ kind, code, message }: Failure) =>
  kind === "interrupted" || code === kind || message.includes(code) || code.startsWith("commander.")
    ? ""
    : ` (${plainText(code)})`;

const stackOf = ({ cause, stack }: Failure) => plainText((cause instanceof Error ? cause.stack : stack) ?? "");
