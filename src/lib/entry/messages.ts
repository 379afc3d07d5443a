export { produceStream } from "../concurrency/produce-stream.ts";
export { newCommandId } from "../domain/command-id.ts";
export type { Incoming, Outgoing } from "../domain/message.ts";
export { type Draft, type MessageLine, messageLine, parseDraft } from "../domain/message-line.ts";
export { contentTypeOf, type MessageRecord, messageRecord } from "../domain/message-record.ts";
export { isPing } from "../domain/ping.ts";
export { bodyOfRecord } from "../domain/record-field.ts";
export { type AnsweredMessage, buildStatus, type HandlerResult } from "../domain/status-envelope.ts";
export { openContract } from "../receive/message-contract.ts";
export { peekCustomers } from "../receive/peek-customers.ts";
export { type PeekedPage, peekPage } from "../receive/peek-page.ts";
export type { ReceiveBatch } from "../receive/receive-batch.ts";
export { parseFieldPath } from "../receive/receive-fields.ts";
export { receiveMessages } from "../receive/receive-messages.ts";
export { type PollOptions, validateOptions } from "../receive/receive-options.ts";
export { type CustomerFailed, failedRecord, type ReceiveRecord, stateOf } from "../receive/receive-record.ts";
export { openRecordFile } from "../receive/sinks/record-file.ts";
export { messageFilter, parseWhereExpression } from "../receive/where-expression.ts";
export type { AnsweredCommand, ReturnedCommand } from "../respond/answer-command.ts";
export { echoHandler, programHandler } from "../respond/command-handler.ts";
export { type RespondRecord, respondToCommands } from "../respond/respond-to-commands.ts";
export { linesSkipped } from "../send/invalid-lines.ts";
export { bodySource } from "../send/message-source.ts";
export { type FilledCommand, fillSavedCommand, requireAnswer } from "../send/saved-command.ts";
export { planSend, type SendOptions } from "../send/send-plan.ts";
export {
  type InvalidRecord,
  type ScheduledRecord,
  type SendPlan,
  type SentRecord,
  sendToCustomer,
  type UnknownRecord,
} from "../send/send-to-customer.ts";
export { prepareStatusWait, requireSuccess, type StatusRecord } from "../send/wait-for-status.ts";
