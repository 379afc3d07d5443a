import { stat } from "node:fs/promises";
import { addAbortSignal, Readable } from "node:stream";
import type { Config } from "../config/config.ts";
import { readInput } from "../config/files/read-file.ts";
import { newCommandId } from "../domain/command-id.ts";
import type { Customer } from "../domain/customer.ts";
import type { Draft } from "../domain/message-line.ts";
import type { Property } from "../domain/message-property.ts";
import { contentTypeOf } from "../domain/message-record.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import { systemErrorText } from "../domain/system-error.ts";
import { Failure } from "../errors/failure.ts";
import { openContract } from "../receive/message-contract.ts";
import type { TemplateValues } from "./fill-template.ts";
import { bodySource, linesSource, type MessageSource, surveySource } from "./message-source.ts";
import type { FilledCommand } from "./saved-command.ts";
import type { SendPlan } from "./send-to-customer.ts";

/** The fields of a message that can be given on the command line. */
export type MessageFields = {
  readonly messageId?: string;
  readonly correlationId?: string;
  readonly subject?: string;
  readonly contentType?: string;
  readonly sessionId?: string;
  readonly replyToSessionId?: string;
  readonly timeToLive?: number;
  readonly property?: readonly Property[];
};

export type SendOptions = MessageFields & {
  /** It takes the place of a body. */
  readonly saved?: FilledCommand;
  readonly file?: string;
  /** A file, or standard input. */
  readonly ndjson?: string | true;
  /** Lines that cannot be sent are reported, and the others are sent. */
  readonly skipInvalid?: true;
  readonly template?: true;
  readonly count?: number;
  readonly rate?: number;
  readonly at?: Date;
  readonly in?: number;
  readonly wait?: true;
};

type Stdin = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** Where a body or message lines are read from when no file is named. */
export type SendInput = { readonly stdin: Stdin; readonly signal: AbortSignal };

type Asked = {
  readonly config: Config;
  readonly customers: readonly Customer[];
  readonly text: string | undefined;
  readonly options: SendOptions;
};

/** What to send. It is read and checked as far as possible before a connection is opened. */
export async function planSend(context: SendInput, asked: Asked): Promise<SendPlan> {
  const { config, customers, options } = asked;
  validateSendOptions(asked);
  const contract = await openContract(config.contracts.command);
  const scheduledAt = options.in === undefined ? options.at : new Date(Date.now() + options.in);
  const how = { template: options.template === true, contract, scheduledAt };
  const source =
    options.ndjson === undefined
      ? bodySource(await draftsFrom(context, asked), options.count ?? 1, how)
      : await lines(context, options.ndjson, how);
  const skipInvalid = options.skipInvalid === true;
  const plan = { source, skipInvalid, perSecond: options.rate, scheduledAt };
  if (!source.repeatable) return plan;
  const { invalid, ...surveyed } = await surveySource(source, customers);
  const failure = invalid.failure(surveyed.messages + invalid.count());
  if (failure && (!skipInvalid || surveyed.messages === 0)) throw failure;
  return { ...plan, surveyed };
}

function validateSendOptions({ text, options, customers }: Asked): void {
  const { ndjson, file, count = 1, messageId, wait, at, in: delay, template, skipInvalid, saved } = options;
  if (saved && [text, file, ndjson, template].some((value) => value !== undefined))
    throw new Failure(
      "UsageConflictingOptions",
      "--command brings the body: omit the body, --file, --ndjson and --template",
    );
  if (skipInvalid && ndjson === undefined) throw new Failure("UsageMissingOption", "--skip-invalid requires --ndjson");
  if (text !== undefined && file !== undefined)
    throw new Failure("UsageConflictingOptions", "a body and --file cannot be combined");
  if (at !== undefined && delay !== undefined)
    throw new Failure("UsageConflictingOptions", "--at and --in cannot be combined");
  const { correlationId, subject, contentType, sessionId, replyToSessionId, timeToLive, property } = options;
  const own = [text, file, options.count, messageId, correlationId, subject, contentType, sessionId];
  if (ndjson !== undefined && [...own, replyToSessionId, timeToLive, property].some((value) => value !== undefined))
    throw new Failure(
      "UsageConflictingOptions",
      "--ndjson brings bodies and fields: omit the body, --file, --count and the options of the message",
    );
  if (ndjson === true && customers.length > 1)
    throw new Failure(
      "UsageOneCustomer",
      "standard input can be read only once: for several customers use a file, --ndjson <file>",
    );
  if (count > 1 && messageId !== undefined && !(template && /\{\{\s*(?:count|uuid)\s*\}\}/.test(messageId)))
    throw new Failure(
      "UsageConflictingOptions",
      "each message needs its own id: use --template with {{count}} in --message-id, or omit --message-id",
    );
  if (wait && (ndjson !== undefined || count > 1 || at !== undefined || delay !== undefined))
    throw new Failure(
      "UsageConflictingOptions",
      "--wait is for one command that is sent now: omit --ndjson, --count, --at and --in",
    );
}

/** The message, or for a saved command what makes it for each customer. The command line replaces fields of the config. */
async function draftsFrom(context: SendInput, { text, options }: Asked) {
  const { saved, contentType } = options;
  if (saved === undefined) {
    const body = await bodyFrom(text, options.file, context.stdin);
    return { body, ...fieldsOf(options), ...omitUndefined({ contentType: contentType ?? contentTypeOf(body) }) };
  }
  const fields = { ...fieldsOf(options), ...omitUndefined({ contentType }) };
  return (values: TemplateValues): Draft => {
    const draft = saved.fill(values);
    const properties = { ...draft.properties, ...fields.properties };
    return { ...draft, ...fields, ...(Object.keys(properties).length === 0 ? {} : { properties }) };
  };
}

function fieldsOf(options: SendOptions): Omit<Draft, "body" | "contentType"> {
  const { correlationId, subject, sessionId, timeToLive, property = [], wait } = options;
  // One command has one id for all its customers.
  const messageId = options.messageId ?? ((options.count ?? 1) === 1 ? newCommandId() : undefined);
  // A responder sends its status to this session when its status queue has sessions.
  const replyToSessionId = options.replyToSessionId ?? (wait ? messageId : undefined);
  return {
    ...omitUndefined({ messageId, correlationId, subject, sessionId, replyToSessionId, timeToLive }),
    ...(property.length === 0 ? {} : { properties: Object.fromEntries(property) }),
  };
}

/** Exactly one source: the argument, a file, or standard input when it is not a terminal. */
async function bodyFrom(text: string | undefined, file: string | undefined, stdin: Stdin) {
  if (file !== undefined && file !== "-") {
    return requireNotEmpty(await readBody(readNamed(file)), file);
  }
  if (file === undefined && text !== undefined && text !== "-") return Buffer.from(text);
  if (stdin.isTTY) throw new Failure("BodyMissing", "there is no body: use an argument, --file, or standard input");
  return requireNotEmpty(await readBody(stdin), "standard input");
}

/** A file or a program that gives nothing is probably broken. A body that was typed says itself that it is empty. */
function requireNotEmpty(body: Buffer, source: string): Buffer {
  if (body.length === 0) throw new Failure("BodyMissing", `${source} was empty; to send an empty body, use ''`);
  return body;
}

/** The largest message that any queue accepts (Service Bus quotas, large messages). */
const largestMessage = 100 * 1024 ** 2;

/** The whole body, which is refused as soon as no queue accepts it. */
async function readBody(stream: AsyncIterable<Uint8Array | string>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream) {
    const bytes = Buffer.from(part);
    length += bytes.length;
    if (length > largestMessage)
      throw new Failure("MessageSizeExceeded", `the body has more than ${largestMessage} bytes, which no queue takes`);
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

async function lines(
  { stdin, signal }: SendInput,
  file: string | true,
  how: Parameters<typeof linesSource>[2],
): Promise<MessageSource> {
  if (file === true || file === "-") {
    if (stdin.isTTY) throw new Failure("BodyMissing", "there is no input: use a file, --ndjson <file>, or a pipe");
    const open = () => addAbortSignal(signal, Readable.from(stdin));
    return linesSource(open, false, how);
  }
  // A pipe such as /dev/fd/63 can be read only once, like standard input.
  const status = await stat(file).catch((cause) => Promise.reject(unreadable(file, cause)));
  const repeatable = status.isFile();
  return linesSource(() => Readable.from(readNamed(file)), repeatable, how);
}

/** The bytes of a file that was named. Throws Failure "usage" FileUnreadable. */
async function* readNamed(file: string): AsyncGenerator<Buffer> {
  try {
    yield* readInput(file);
  } catch (error) {
    throw unreadable(file, error as NodeJS.ErrnoException);
  }
}

const unreadable = (file: string, cause: NodeJS.ErrnoException) =>
  new Failure("FileUnreadable", `cannot read ${file}: ${systemErrorText(cause)}`, { params: { file }, cause });
