import { type AuditEntry, readAudit } from "../audit/audit-trail.ts";
import { type Customer, type Provenance, provenanceOf, type QueueRole } from "../domain/customer.ts";
import type { Incoming } from "../domain/message.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import { statusDetail, statusOutcome } from "../domain/status-fields.ts";
import { Failure } from "../errors/failure.ts";
import type { NamespaceConnection, Receiver } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { peekAll } from "../receive/peek-queue.ts";
import { isStatusOf } from "./wait-for-status.ts";

/**
 * Where a command is. `answered` and `failed`: its status says so. `waiting`: it is in its queue. `taken`: it is in no queue and has
 * no status there. `unknown`: the app may not read the command queue, and there is no status.
 */
export type CommandState = "answered" | "failed" | "waiting" | "scheduled" | "dead-lettered" | "taken" | "unknown";

/** One command at one customer. */
export type CommandRecord = { readonly type: "command" } & Provenance & {
    readonly commandId: string;
    readonly state: CommandState;
    /** When it was sent, from the audit trail, or when it came into its queue. */
    readonly sentAt?: string;
    /** The user and the host that sent it, from the audit trail. */
    readonly sentBy?: string;
    /** When its status came into the queue, or was received. */
    readonly answeredAt?: string;
    /** Who received its status, from the audit trail. */
    readonly receivedBy?: string;
    /** Why it failed, or why it is a dead letter. */
    readonly detail?: string;
    /** How often it was delivered without being completed. */
    readonly deliveryCount?: number;
    readonly scheduledAt?: string;
  };

/** What the audit trail says of one command, by customer. */
export type AuditedCommand = {
  readonly commandId: string;
  readonly customers: ReadonlyMap<
    string,
    Pick<CommandRecord, "sentAt" | "sentBy" | "answeredAt" | "receivedBy"> & Outcome
  >;
};
type Outcome = { readonly outcome?: "succeeded" | "failed" };

/**
 * Finds a command in the audit trail by its id, or by the beginning of its id. Without a trail, or when it does not know the id, the
 * id counts as complete.
 *
 * @throws Failure "usage" for a beginning that several commands have
 */
export async function findAuditedCommand(file: string | undefined, id: string): Promise<AuditedCommand> {
  const people = new Map<string, string>();
  const sent = new Map<string, Map<string, CommandFacts>>();
  for await (const entry of file === undefined ? [] : readAudit(file)) {
    if (entry.audit === "begin") people.set(entry.run, `${entry.by.user} on ${entry.by.host}`);
    if (entry.audit === "result") noteResult(sent, entry, people.get(entry.run));
  }
  const candidates = sent.has(id) ? [id] : [...sent.keys()].filter((known) => known.startsWith(id));
  const [only = id, other] = candidates;
  if (other !== undefined)
    throw new Failure(
      "UsageInvalid",
      `${candidates.length} commands have an id that begins with '${id}': type more of it`,
    );
  return { commandId: only, customers: sent.get(only) ?? new Map() };
}

type CommandFacts = {
  -readonly [Fact in "sentAt" | "sentBy" | "answeredAt" | "receivedBy" | "outcome"]?: (CommandRecord & Outcome)[Fact];
};

/** A sent command, or a status that was received: the audit trail has the id of its command as correlation id. */
function noteResult(
  sent: Map<string, Map<string, CommandFacts>>,
  { type, customer, messageId, correlationId, outcome, at }: Extract<AuditEntry, { audit: "result" }>,
  by: string | undefined,
): void {
  if (typeof customer !== "string") return;
  const factsOf = (id: string) => {
    const customers = sent.get(id) ?? new Map<string, CommandFacts>();
    sent.set(id, customers);
    const facts = customers.get(customer) ?? {};
    customers.set(customer, facts);
    return facts;
  };
  if ((type === "sent" || type === "scheduled") && typeof messageId === "string")
    Object.assign(factsOf(messageId), { sentAt: at, sentBy: by });
  if (type !== "message" && type !== "delivered" && type !== "status") return;
  // Only a command that was sent from here: a status of another sender says nothing about it.
  if (typeof correlationId !== "string" || !sent.get(correlationId)?.has(customer)) return;
  const known = outcome === "succeeded" || outcome === "failed" ? { outcome } : {};
  Object.assign(factsOf(correlationId), { answeredAt: at, receivedBy: by, ...known });
}

/** Looks for a command at one customer. Messages are only peeked at. */
export async function findCommand(
  { azure, signal }: Pick<UseCaseContext, "azure" | "signal">,
  customer: Customer,
  { commandId, customers }: AuditedCommand,
): Promise<CommandRecord> {
  const { outcome, ...facts } = customers.get(customer.name) ?? {};
  const record = (state: CommandState, found: Partial<CommandRecord> = {}): CommandRecord => ({
    type: "command",
    ...provenanceOf(customer, "command"),
    commandId,
    state,
    ...facts,
    ...found,
  });
  await using connection = await azure.connectAsProvider(customer);
  const search = { connection, signal };
  const isCommand = ({ messageId }: Incoming) => messageId === commandId;
  // Side by side: each is some round trips. What is not needed may fail.
  const searching = findIn(search, "command", isCommand);
  const searchingDead = findIn({ ...search, deadLetters: true }, "command", isCommand);
  for (const one of [searching, searchingDead]) one.catch(() => {});
  const status = await findIn(search, "status", (message) => isStatusOf(message, commandId));
  if (status && status !== "refused") {
    const said = statusOutcome(status);
    const detail = said === "failed" ? statusDetail(status) : undefined;
    return record(said === "failed" ? "failed" : "answered", {
      answeredAt: status.enqueuedAt.toISOString(),
      ...omitUndefined({ detail }),
    });
  }
  if (facts.answeredAt !== undefined) return record(outcome === "failed" ? "failed" : "answered");
  const command = await searching;
  if (command === "refused") return record("unknown");
  if (command) return record(command.state === "scheduled" ? "scheduled" : "waiting", factsOfWaiting(command, facts));
  const dead = await searchingDead;
  if (dead && dead !== "refused")
    return record("dead-lettered", {
      ...factsOfWaiting(dead, facts),
      ...omitUndefined({ detail: dead.deadLetterReason }),
    });
  return record("taken");
}

const factsOfWaiting = (
  { enqueuedAt, deliveryCount, scheduledAt, state }: Incoming,
  { sentAt = enqueuedAt.toISOString() }: CommandFacts,
): Partial<CommandRecord> => ({
  sentAt,
  deliveryCount,
  ...(state === "scheduled" && scheduledAt ? { scheduledAt: scheduledAt.toISOString() } : {}),
});

type Search = { readonly connection: NamespaceConnection; readonly signal: AbortSignal; readonly deadLetters?: true };

/** The first message that matches; "refused" where the app may not read the queue. */
async function findIn(
  { connection, signal, deadLetters }: Search,
  role: QueueRole,
  matches: (message: Incoming) => boolean,
): Promise<Incoming | "refused" | undefined> {
  try {
    const receiver: Receiver = await (deadLetters ? connection.deadLetters(role) : connection.receiver(role));
    for await (const message of peekAll(receiver, { signal })) if (matches(message)) return message;
    return undefined;
  } catch (error) {
    // Least privilege does not include the command queue.
    if (role === "command" && error instanceof Failure && error.code === "UnauthorizedAccess") return "refused";
    throw error;
  }
}
