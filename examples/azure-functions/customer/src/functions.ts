// The customer's function: its own queue triggers it, with the managed identity of the app. It sends the status.
import { app, type InvocationContext } from "@azure/functions";
import { createXtenant, type Xtenant } from "xtenant";

const shared: Xtenant = createXtenant();

/** Your work: returns the body of the status. */
export type CommandHandler = (command: unknown, context: InvocationContext) => Promise<unknown> | unknown;

const echo: CommandHandler = (command) => command;

/** From this delivery on, a failure is final: the provider gets a failed status, and the command is complete. */
const attempts = 3;

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/**
 * Answers one command. If the handler throws, the host delivers the command again. At the last attempt the provider gets a failed status
 * instead, so that a poison message does not come back for ever.
 */
export async function answerCommand(
  command: unknown,
  context: InvocationContext,
  xtenant: Xtenant = shared,
  handle: CommandHandler = echo,
): Promise<void> {
  const { messageId, subject, label, sessionId, replyToSessionId, applicationProperties, deliveryCount } =
    context.triggerMetadata ?? {};
  const received = {
    messageId: textOf(messageId) ?? context.invocationId,
    deliveryCount: Number(deliveryCount ?? 1),
    properties: (applicationProperties ?? {}) as Readonly<Record<string, unknown>>,
    ...optional({ subject: textOf(subject) ?? textOf(label), sessionId: textOf(sessionId) }),
    ...optional({ replyToSessionId: textOf(replyToSessionId) }),
  };
  const customer = process.env.XTENANT_CUSTOMER ?? "";
  const startedAt = new Date();
  try {
    const body = await handle(command, context);
    await xtenant.answer(customer, received, { outcome: "succeeded", body: body ?? "", startedAt });
  } catch (error) {
    if (received.deliveryCount < attempts) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    await xtenant.answer(customer, received, { outcome: "failed", detail, startedAt });
  }
}

const optional = <T extends object>(fields: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;

app.serviceBusQueue("answerCommand", {
  connection: "CommandBus",
  queueName: "%COMMAND_QUEUE%",
  handler: (command, context) => answerCommand(command, context),
});
