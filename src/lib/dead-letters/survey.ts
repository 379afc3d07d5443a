import { type Customer, type QueueRole, queueOf } from "../domain/customer.ts";
import type { Incoming } from "../domain/message.ts";
import { Failure } from "../errors/failure.ts";
import type { NamespaceConnection } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { heldBackAtMost } from "../receive/held-back.ts";
import { peekAll } from "../receive/peek-queue.ts";
import type { WhereExpression } from "../receive/where-expression.ts";

/** Whose dead letters, and as whom they are touched. */
export type DeadLetterQueue = { readonly queue: QueueRole; readonly as: "provider" | "responder" };

/** Which of them are meant; all when nothing is said. */
export type MessageSelection = {
  readonly sequence?: readonly bigint[];
  readonly reason?: string;
  readonly where?: WhereExpression;
};

type Means = (customer: Customer, message: Incoming) => boolean;

export const selectsMessage = ({ sequence, reason, where }: MessageSelection): Means => {
  const numbers = sequence && new Set(sequence);
  return (customer, message) =>
    (numbers === undefined || numbers.has(message.sequenceNumber)) &&
    (reason === undefined || (message.deadLetterReason ?? "") === reason) &&
    (where === undefined || where(customer, message));
};

export const connectTo = (
  { azure }: Pick<UseCaseContext, "azure">,
  customer: Customer,
  { as }: DeadLetterQueue,
): Promise<NamespaceConnection> =>
  as === "responder" ? azure.connectAsResponder(customer) : azure.connectAsProvider(customer);

/** Those that are meant, as they lie there; nothing is locked. */
export async function* selectIn(
  context: Pick<UseCaseContext, "azure" | "signal">,
  customer: Customer,
  place: DeadLetterQueue,
  meant: MessageSelection,
): AsyncGenerator<Incoming> {
  const means = selectsMessage(meant);
  await using connection = await connectTo(context, customer, place);
  for await (const message of peekAll(await connection.deadLetters(place.queue), context))
    if (means(customer, message)) yield message;
}

/** What a look ahead found, before anything is locked. */
export type Survey = {
  /** Those that are meant, by sequence number. */
  readonly wanted: ReadonlyMap<bigint, Pick<Incoming, "messageId" | "deadLetterReason">>;
  /** How many could be locked then. What dies later is never touched, so that a message that dies again ends no run in a circle. */
  readonly depth: number;
};

/** One place is left to lock the last that is meant. */
const othersAtMost = heldBackAtMost - 1;

export async function surveyQueue(
  { signal }: Pick<UseCaseContext, "signal">,
  customer: Customer,
  {
    connection,
    queue,
    meant,
  }: { readonly connection: NamespaceConnection; readonly queue: QueueRole; readonly meant: MessageSelection },
): Promise<Survey> {
  const means = selectsMessage(meant);
  const wanted = new Map<bigint, Pick<Incoming, "messageId" | "deadLetterReason">>();
  let depth = 0;
  let others = 0;
  for await (const message of peekAll(await connection.deadLetters(queue), { signal })) {
    if (message.state !== "active") continue;
    depth += 1;
    const { sequenceNumber, messageId, deadLetterReason } = message;
    if (means(customer, message)) {
      others = depth - wanted.size - 1;
      wanted.set(sequenceNumber, { messageId, deadLetterReason });
    }
  }
  if (others > othersAtMost) throw tooMany(customer, queue, others);
  return { wanted, depth };
}

const tooMany = (customer: Customer, queue: QueueRole, others: number) =>
  new Failure(
    "DeadLetterOutOfReach",
    `${others} other dead letters of ${customer.name} are before the last selected one`,
    { params: { limit: String(othersAtMost), queue: queueOf(customer, queue) } },
  );

/** Resubmitting reads and writes one queue, and a least-privilege role has only one of both. */
export async function requireSendAccess(
  connection: NamespaceConnection,
  customer: Customer,
  { queue, as }: DeadLetterQueue,
): Promise<void> {
  try {
    await (await connection.sender(queue)).probe();
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== "forbidden") throw error;
    const whose = as === "provider" ? "the app" : `${customer.name}'s responder`;
    throw error.with({
      code: "ResubmitRefused",
      message: `${whose} cannot send to ${customer.name}'s ${queueOf(customer, queue)}`,
      serviceCode: error.code,
      params: { customer: customer.name },
    });
  }
}
