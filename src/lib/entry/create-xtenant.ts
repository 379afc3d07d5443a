import { randomUUID } from "node:crypto";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import type {
  CommandHandler,
  CommandResult,
  CommandToAnswer,
  OutgoingMessage,
  ReceivedBatch,
  ReceivedMessage,
  SendOptions,
  SentMessage,
  Xtenant,
} from "./api.ts";
import {
  type ConfiguredCustomer,
  findCustomer,
  type Provenance,
  parseCustomerName,
  provenanceOf,
} from "./customers.ts";
import { Failure, failureFromRecord } from "./errors.ts";
import {
  type AnsweredMessage,
  bodySource,
  buildStatus,
  contentTypeOf,
  type Draft,
  echoHandler,
  type HandlerResult,
  type Incoming,
  isPing,
  messageRecord,
  openContract,
  prepareStatusWait,
  type ReceiveBatch,
  receiveMessages,
  requireSuccess,
  respondToCommands,
  type StatusRecord,
  sendToCustomer,
} from "./messages.ts";
import { checkCustomer, consentByGraph, consentByLink } from "./onboarding.ts";
import { omitUndefined } from "./values.ts";

const statusMilliseconds = 60_000;
const consentMilliseconds = 15 * 60_000;

/** The library over the ports of the context. Its signal ends everything that has no signal of its own. */
export function xtenantOver(context: UseCaseContext): Xtenant {
  const find = async (name: string): Promise<ConfiguredCustomer> =>
    findCustomer(await context.config.read(), customerName(name));
  const until = (signal: AbortSignal | undefined): UseCaseContext =>
    signal === undefined ? context : { ...context, signal: AbortSignal.any([context.signal, signal]) };
  return {
    customers: async () => [...(await context.config.read()).customers.values()].map(customerInfo),
    credentialFor: (name) => ({
      getToken: async (scopes, options) => {
        const credential = await context.azure.credentialFor(await find(name));
        return credential.getToken(scopes, options);
      },
    }),
    send: async (name, message, options = {}) => sendMessage(until(options.signal), await find(name), message, options),
    receive: async function* (name, { watch, max, batch = 1, signal } = {}) {
      const customer = await find(name);
      const { contracts } = await context.config.read();
      const wanted = {
        ...{ where: undefined, contract: await openContract(contracts.status), recordsAtMost: batch },
        ...omitUndefined({ max }),
        ...(watch ? { watch: true as const } : {}),
      };
      for await (const received of receiveMessages(until(signal), [customer], wanted)) yield* batchesOf(received);
    },
    respond: async function* (name, handler, { signal, once, ...options } = {}) {
      const customer = await find(name);
      const handle = handlerOf(handler, provenanceOf(customer, "command"));
      const records = respondToCommands(until(signal), customer, { ...options, ...(once ? { once } : {}), handle });
      for await (const record of records)
        if (record.type === "failed") context.log.info(`${name} failed: ${record.error.message}`);
        else if (record.type === "recovered") context.log.info(`${name} recovered`);
        else yield record;
    },
    answer: async (name, command, result) => {
      const status = buildStatus(answeredMessage(command), handledBy(result), { raw: false });
      await using connection = await context.azure.connectAsResponder(await find(name));
      await (await connection.sender()).send(status);
      return { messageId: status.messageId };
    },
    verify: async (name) => {
      const config = await context.config.read();
      const { checks } = await checkCustomer(context, config, await find(name), Promise.resolve(undefined));
      const ok = checks.every(({ outcome }) => outcome === "passed");
      return { customer: name, ok, checks: checks.map(({ check, outcome, detail }) => ({ check, outcome, detail })) };
    },
    onboard: async function* (name, { provision = false, timeout = consentMilliseconds, signal } = {}) {
      const config = await context.config.read();
      const admission = { config, customer: await find(name), milliseconds: timeout };
      yield* (provision ? consentByGraph : consentByLink)(until(signal), admission);
    },
  };
}

const customerInfo = ({ name, tenantId, namespace, commandQueue, statusQueue, tags }: ConfiguredCustomer) => ({
  name,
  tenantId,
  namespace,
  commandQueue,
  statusQueue,
  tags,
});

function customerName(name: string) {
  try {
    return parseCustomerName(name);
  } catch (cause) {
    throw new Failure("CustomerNotFound", `'${name}' cannot be the name of a customer`, {
      params: { customer: name },
      cause,
    });
  }
}

async function sendMessage(
  context: UseCaseContext,
  customer: ConfiguredCustomer,
  message: OutgoingMessage,
  { wait, correlate }: SendOptions,
): Promise<SentMessage> {
  const { contracts } = await context.config.read();
  const draft = draftOf(message, wait !== undefined);
  const source = bodySource(draft, 1, { template: false, contract: await openContract(contracts.command) });
  await using connection = await context.azure.connectAsProvider(customer);
  const { signal } = context;
  const statusOf = wait === undefined ? undefined : prepareStatusWait(connection, customer);
  const sending = sendToCustomer(connection, customer, { plan: { source }, queue: "command", signal });
  for await (const _sent of sending);
  const sent = { customer: customer.name, queue: customer.commandQueue, messageId: draft.messageId };
  if (statusOf === undefined) return sent;
  const milliseconds = wait === true || wait === undefined ? statusMilliseconds : wait;
  const status = await statusOf({ commandId: draft.messageId, milliseconds, signal, ...omitUndefined({ correlate }) });
  requireSuccess(status);
  return { ...sent, status: messageOfStatus(status) };
}

const messageOfStatus = ({
  type: _type,
  commandId: _id,
  outcome: _outcome,
  detail: _detail,
  ...status
}: StatusRecord) => status satisfies ReceivedMessage;

function draftOf(message: OutgoingMessage, waits: boolean): Draft & { readonly messageId: string } {
  const {
    body: _,
    messageId = randomUUID(),
    correlationId,
    subject,
    contentType,
    sessionId,
    timeToLive,
    properties,
  } = message;
  const body = bytesOf(message.body);
  return {
    body,
    messageId,
    contentType: contentType ?? contentTypeOf(body) ?? "application/octet-stream",
    ...omitUndefined({ correlationId, subject, sessionId, timeToLive, properties }),
    // A responder sends its status to this session when its status queue has sessions.
    ...(waits ? { replyToSessionId: messageId } : {}),
  };
}

/** Throws Failure "usage" for a value that JSON does not have. */
function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  if (text === undefined) throw new Failure("MessageLineInvalid", "the body is not text, bytes or a value of JSON");
  return Buffer.from(text);
}

/** A failure of the customer ends the iteration. What has no message is for people. */
function* batchesOf({ records, acknowledge, release }: ReceiveBatch): Generator<ReceivedBatch> {
  for (const record of records) if (record.type === "failed") throw failureFromRecord(record.error);
  const messages = records.flatMap((record) => (record.type === "message" ? [messageOf(record)] : []));
  if (messages.length > 0) yield { messages, acknowledge, release };
}

const messageOf = ({ type: _type, ...message }: { readonly type: string } & ReceivedMessage): ReceivedMessage =>
  message;

/** What the handler returns is the status. What it throws is why the command failed. */
const handlerOf =
  (handler: CommandHandler, provenance: Provenance) =>
  async (command: Incoming): Promise<HandlerResult> => {
    if (isPing(command)) return echoHandler(command);
    const startedAt = new Date();
    try {
      const body = await handler({ ...provenance, ...messageRecord(command) });
      return handledBy({ outcome: "succeeded", body, startedAt });
    } catch (error) {
      return handledBy({ outcome: "failed", detail: reasonOf(error), startedAt });
    }
  };

const answeredMessage = (command: CommandToAnswer): AnsweredMessage => ({
  messageIdType: undefined,
  sequenceNumber: 0n,
  deliveryCount: 1,
  ...{ properties: {}, subject: undefined, sessionId: undefined, replyToSessionId: undefined },
  ...command,
});

function handledBy(result: CommandResult): HandlerResult {
  const finishedAt = new Date();
  const { outcome, startedAt = finishedAt, body } = result;
  const detail = result.outcome === "failed" ? { detail: result.detail } : {};
  return {
    outcome,
    exitCode: outcome === "succeeded" ? 0 : 1,
    output: bytesOf(body ?? ""),
    ...detail,
    startedAt,
    finishedAt,
  };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
