import { type Customer, type QueueRole, queueOf } from "../domain/customer.ts";
import type { Incoming } from "../domain/message.ts";
import { causeOf, Failure } from "../errors/failure.ts";
import { explainRefusal } from "../onboarding/explain-refusal.ts";
import type { NamespaceConnection } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { heldBackAtMost } from "../receive/held-back.ts";
import { peekAll } from "../receive/peek-queue.ts";
import type { WhereExpression } from "../receive/where-expression.ts";

/** Which queue's dead letters, and which identity reads them. */
export type DeadLetterQueue = { readonly queue: QueueRole; readonly as: "provider" | "responder" };

/** Which dead letters are selected; all of them by default. */
export type MessageSelection = {
  readonly sequence?: readonly bigint[];
  readonly reason?: string;
  readonly where?: WhereExpression;
};

type SelectionFilter = (customer: Customer, message: Incoming) => boolean;

export const createSelectionFilter = ({ sequence, reason, where }: MessageSelection): SelectionFilter => {
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

/** The selected dead letters in the order of the queue. None is locked. */
export async function* selectIn(
  context: Pick<UseCaseContext, "azure" | "signal">,
  customer: Customer,
  place: DeadLetterQueue,
  selection: MessageSelection,
): AsyncGenerator<Incoming> {
  const isSelected = createSelectionFilter(selection);
  await using connection = await connectTo(context, customer, place);
  const missing = new Set(selection.sequence);
  for await (const message of peekDeadLetters(connection, customer, place, context)) {
    missing.delete(message.sequenceNumber);
    if (isSelected(customer, message)) yield message;
  }
  requireAll(missing, customer, place.queue);
}

async function* peekDeadLetters(
  connection: NamespaceConnection,
  customer: Customer,
  { queue, as }: DeadLetterQueue,
  { signal }: Pick<UseCaseContext, "signal">,
): AsyncGenerator<Incoming> {
  try {
    yield* peekAll(await connection.deadLetters(queue), { signal });
  } catch (error) {
    const isRefused = error instanceof Failure && error.code === "UnauthorizedAccess";
    if (as === "responder" && queue === "status" && isRefused)
      throw error.with({
        code: "ResponderReadsCommands",
        message: causeOf("ResponderReadsCommands", { customer: customer.name, queue: queueOf(customer, queue) }),
        serviceCode: error.code,
      });
    if (as === "responder") throw error;
    explainRefusal(error, customer, { claim: "Listen", queue });
  }
}

/** A number that was named and does not exist is a mistake, or the work of another person. */
function requireAll(missing: ReadonlySet<bigint>, customer: Customer, queue: QueueRole): void {
  const [first] = missing;
  if (first === undefined) return;
  throw new Failure(
    "MessageNotFound",
    `${queueOf(customer, queue)} of ${customer.name} has no dead letter with number ${[...missing].join(", ")} (MessageNotFound)`,
    { remedy: "DeadLetterNotFound", params: { customer: customer.name } },
  );
}

export type SurveyedMessage = Pick<Incoming, "messageId" | "deadLetterReason" | "state" | "timeToLive" | "expiresAt">;

/** The result of peeking, before any message is locked. */
export type Survey = {
  /** The selected dead letters, by sequence number. */
  readonly wanted: ReadonlyMap<bigint, SurveyedMessage>;
  /** Matching deferred dead letters that are not selected: they are selected by their numbers only. */
  readonly deferred: number;
  /** How many active dead letters there were. Later ones are never locked, so that a copy that is dead-lettered again cannot cause an endless loop. */
  readonly depth: number;
};

/** One place remains free, to lock the last selected message. */
const othersAtMost = heldBackAtMost - 1;

export async function surveyQueue(
  { signal }: Pick<UseCaseContext, "signal">,
  customer: Customer,
  {
    connection,
    place,
    selection,
  }: {
    readonly connection: NamespaceConnection;
    readonly place: DeadLetterQueue;
    readonly selection: MessageSelection;
  },
): Promise<Survey> {
  const { queue } = place;
  const isSelected = createSelectionFilter(selection);
  const wanted = new Map<bigint, SurveyedMessage>();
  const missing = new Set(selection.sequence);
  let depth = 0;
  let deferred = 0;
  let active = 0;
  let others = 0;
  for await (const message of peekDeadLetters(connection, customer, place, { signal })) {
    const { sequenceNumber, messageId, deadLetterReason, state, timeToLive, expiresAt } = message;
    missing.delete(sequenceNumber);
    if (state === "active") depth += 1;
    if (!isSelected(customer, message)) continue;
    if (state === "active") {
      others = depth - active - 1;
      active += 1;
    } else if (selection.sequence === undefined) {
      deferred += 1;
      continue;
    }
    wanted.set(sequenceNumber, { messageId, deadLetterReason, state, timeToLive, expiresAt });
  }
  requireAll(missing, customer, queue);
  if (others > othersAtMost) throw tooMany(customer, queue, others);
  return { wanted, deferred, depth };
}

const tooMany = (customer: Customer, queue: QueueRole, others: number) =>
  new Failure(
    "DeadLetterOutOfReach",
    `${others} other dead letters of ${customer.name} are before the last selected one`,
    { params: { limit: String(othersAtMost), queue: queueOf(customer, queue) } },
  );

/** Resubmitting reads and writes the same queue. A least-privilege role allows only one of these. */
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
      ...(as === "responder" && queue === "command" ? ({ remedy: "ResponderCannotResubmit" } as const) : {}),
    });
  }
}
