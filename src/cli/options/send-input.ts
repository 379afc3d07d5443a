import { access } from "node:fs/promises";
import { resolve } from "node:path";
import type { Config } from "../../lib/config/config.ts";
import type { Selection } from "../../lib/config/select-customers.ts";
import { countText } from "../../lib/domain/count-text.ts";
import { type CustomerName, parseCustomerNames } from "../../lib/domain/customer.ts";
import { isJson } from "../../lib/domain/json-text.ts";
import { nearestName } from "../../lib/domain/nearest-name.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";
import type { FieldAssignment } from "../../lib/domain/saved-command.ts";
import { Failure } from "../../lib/errors/failure.ts";
import { parseFieldPath } from "../../lib/receive/receive-fields.ts";
import { fillSavedCommand } from "../../lib/send/saved-command.ts";
import type { SendInput, SendOptions } from "../../lib/send/send-plan.ts";
import type { SendPlan } from "../../lib/send/send-to-customer.ts";
import type { Context } from "../context.ts";
import { clipText } from "../output/clip-text.ts";
import { requireNoBody, splitSendWords } from "./send-words.ts";

/** The message of a command line: its words, and the options that bring a body. */
type WordOptions = Pick<SendOptions, "file" | "ndjson" | "contentType"> &
  Omit<Selection, "names"> & { readonly command?: string };

/** What the words mean: customers, and the body as the last word. */
export async function readSendWords(
  context: Context,
  words: readonly string[],
  options: WordOptions,
): Promise<{ readonly selection: Selection; readonly text?: string | undefined; readonly file?: string }> {
  const { customers } = await context.config.read();
  const { all, tag } = options;
  requireNoBody(words, options, [...customers.keys()]);
  const { names, body } = splitSendWords(words, options);
  const { text, file } = await bodyOf(context, body);
  checkJson(context, text, options.contentType);
  const selection = { names: names.flatMap(namesIn), all, tag };
  requireQuotedBody(selection.names, [...customers.keys()]);
  return { selection, text, ...(file === undefined ? {} : { file }) };
}

/** Reads standard input only when it is needed: opening the stream has a cost. */
export const inputOf = ({ terminal, signal }: Context): SendInput => ({
  get stdin() {
    return terminal.stdin;
  },
  signal,
});

type CommandOptions = Pick<SendOptions, "wait" | "saved"> & {
  readonly command?: string;
  readonly set?: readonly FieldAssignment[];
  readonly queue?: "command" | "status";
  readonly timeout?: number;
};

/** With the message, the queue and the time-out of the saved command. */
export async function withSavedCommand<Options extends CommandOptions>(
  config: Config,
  options: Options,
): Promise<Options> {
  const { command, set = [], queue, timeout } = options;
  if (command === undefined) {
    if (set.length > 0) throw new Failure("UsageMissingOption", "--set requires --command");
    return options;
  }
  if (queue === "status")
    throw new Failure("UsageConflictingOptions", "--command and --queue cannot be combined: the config has the queue");
  const saved = await fillSavedCommand(config, command, set);
  if (options.wait && saved.queue === "status")
    throw new Failure("UsageConflictingOptions", `--wait is for commands, and ${command} goes to the status queue`);
  const limit = timeout ?? saved.timeout;
  return { ...options, saved, queue: saved.queue, ...(limit === undefined ? {} : { timeout: limit }) };
}

/** Throws Failure "usage" for a path that no status has. */
export function requireFieldPath(correlate: string | undefined): void {
  if (correlate === undefined) return;
  try {
    parseFieldPath(correlate);
  } catch (error) {
    throw new Failure("UsageInvalid", `--correlate: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const longestQuotation = 40;

/** `"restart"`, or `20 messages`. */
export function whatText(text: string | undefined, { surveyed }: SendPlan): string {
  if (surveyed?.messages === 1 && text !== undefined) return `"${clipText(plainLine(text), longestQuotation)}"`;
  return surveyed === undefined ? "messages" : countText(surveyed.messages, "message");
}

/** A body that says that it is JSON must be; one that looks like it is sent as text, with a warning. */
function checkJson({ log }: Context, text: string | undefined, contentType: string | undefined): void {
  if (text === "") log.info("warning: the body is empty");
  if (text === undefined || text === "" || isJson(text)) return;
  if (contentType !== undefined && /^application\/(?:[\w.-]+\+)?json\b/i.test(contentType))
    throw new Failure("UsageInvalidValue", `the body is not JSON, but --content-type is '${plainLine(contentType)}'`);
  if (contentType === undefined && /^\s*[{[]/.test(text))
    log.info("warning: the body begins like JSON and is not JSON; it is sent as text/plain");
}

/** `acme`, `acme,fabrikam` or `acme, fabrikam`. The failure names the word. */
function namesIn(word: string): readonly CustomerName[] {
  try {
    return parseCustomerNames(word.replaceAll(/\s*,\s*/g, ","));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure("UsageInvalidValue", `'${plainLine(word)}': ${why}`);
  }
}

/** A word after customers that is like none of them was probably part of a body with spaces. */
function requireQuotedBody([first, ...others]: readonly CustomerName[], known: readonly CustomerName[]): void {
  if (first === undefined || !known.includes(first)) return;
  const stray = others.find((name) => !known.includes(name) && nearestName(name, known) === undefined);
  if (stray !== undefined)
    throw new Failure(
      "CustomerNotFound",
      `the config has no customer '${stray}'; a body of several words needs quotes: xtenant send ${first} "${stray} …"`,
      { params: { customer: stray } },
    );
}

/** `@file` is the content of a file, and `@@` begins a text with `@`. The text of a name that a file has is probably a mistake. */
async function bodyOf(
  { terminal, log }: Context,
  body: string | undefined,
): Promise<{ readonly text?: string | undefined; readonly file?: string }> {
  if (body?.startsWith("@@")) return { text: body.slice(1) };
  if (body?.startsWith("@")) return { file: resolve(terminal.workingDirectory, body.slice(1)) };
  if (body !== undefined && /^[^\s{}"]+\.\w+$/.test(body)) {
    const isFile = await access(resolve(terminal.workingDirectory, body)).then(
      () => true,
      () => false,
    );
    if (isFile)
      log.info(
        `warning: the body is the text '${plainLine(body)}', not the file of this name; for the file: @${plainLine(body)}`,
      );
  }
  return { text: body };
}
