import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { Command } from "@commander-js/extra-typings";
import type { Context } from "../lib/cli/context.ts";
import { argument, arguments_ } from "../lib/cli/parsers.ts";
import { plainLine } from "../lib/cli/plain-text.ts";
import type { Run, View } from "../lib/cli/run.ts";
import type { Terminal } from "../lib/cli/terminal.ts";
import { defined } from "../lib/defined.ts";
import { Failure } from "../lib/failure.ts";
import { type CustomerName, customerName, type Provenance, provenance } from "../lib/tenancy/customer.ts";
import { findCustomer } from "../lib/tenancy/find-customer.ts";
import { contentTypeOf } from "../lib/tenancy/message-record.ts";
import { type Property, property } from "../lib/tenancy/property.ts";

type Options = {
  readonly file?: string | undefined;
  readonly messageId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly subject?: string | undefined;
  readonly contentType?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly property?: readonly Property[] | undefined;
};

type Sent = Provenance & { readonly messageId: string; readonly correlationId?: string; readonly bytes: number };

/** Resolves when the broker has accepted the message; the body is sent as the very bytes given. */
export async function send(
  { cloud, config, terminal }: Context,
  name: CustomerName,
  text: string | undefined,
  options: Options,
): Promise<Sent> {
  const body = await bodyOf(text, options.file, terminal);
  const customer = findCustomer(await config.read(), name);
  const { file: _read, property: properties = [], messageId = randomUUID(), ...fields } = options;
  await using mailbox = await cloud.providerMailbox(customer);
  const outbox = await mailbox.outbox();
  await outbox.send({
    messageId,
    body,
    ...defined({ contentType: contentTypeOf(body), ...defined(fields) }),
    ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
  });
  return {
    ...provenance(customer, "command"),
    messageId,
    ...defined({ correlationId: options.correlationId }),
    bytes: body.length,
  };
}

/** Exactly one source: the argument, a file, or standard input when it is no terminal. */
async function bodyOf(text: string | undefined, file: string | undefined, { stdin }: Terminal): Promise<Uint8Array> {
  if (text !== undefined && file !== undefined) throw usage("a body and --file exclude each other");
  if (file !== undefined)
    return readFile(file).catch((cause) => Promise.reject(usage(`cannot read ${file}: ${cause.code}`)));
  if (text !== undefined && text !== "-") return Buffer.from(text);
  if (stdin.isTTY) throw usage("there is no body: give it as an argument, with --file, or on standard input");
  const read = await buffer(stdin);
  if (read.length === 0) throw usage("standard input was empty; an empty body is sent with ''");
  return read;
}

const usage = (message: string) => new Failure("usage", message, { code: "BodyMissing", hint: "xtenant send --help" });

export const view: View<Sent> = ({ customer, messageId, queue }, { green }) =>
  `${green("sent")} ${plainLine(messageId)} to ${customer} (${queue})`;

export const sendCommand = (run: Run) =>
  new Command("send")
    .description("Put one message into a Customer's command queue. Done means that the broker has accepted it.")
    .argument("<customer>", "a name from `xtenant customers list`", argument(customerName))
    .argument("[body]", "the body; `-` or nothing reads standard input")
    .option("-f, --file <path>", "read the body from a file")
    .option("--message-id <id>", "message id (default: a new UUID); repeat it to repeat a send safely")
    .option("--correlation-id <id>", "correlation id")
    .option("--subject <text>", "subject")
    .option("--content-type <type>", "content type (default: application/json when the body is JSON, else text/plain)")
    .option("--session-id <id>", "session id, for a queue with sessions")
    .option(
      "-p, --property <name[:type]=value>",
      "application property; types: string, bool, int, long, double, datetime, binary, uuid, …",
      arguments_(property),
    )
    .action(run(send, view));
