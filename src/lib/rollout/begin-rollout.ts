import type { Config } from "../config/config.ts";
import { countText } from "../domain/count-text.ts";
import { type Customer, type CustomerName, provenanceOf } from "../domain/customer.ts";
import { lineOfDraft, type MessageLine } from "../domain/message-line.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import { safeJson } from "../domain/safe-json.ts";
import { Failure } from "../errors/failure.ts";
import type { MessageSource } from "../send/message-source.ts";
import type { CustomerProgress, Destination, Rollout, RolloutBegin, RolloutEntry } from "./rollout-entry.ts";
import { rolloutWord } from "./rollout-summary.ts";

type Begin = Pick<RolloutBegin, "id" | "what" | "plan" | "answer" | "retryOf">;

/** The first lines of a result file: the plan, and the message that each customer gets, so that it can be sent without the command line. */
export async function beginRollout(
  config: Config,
  customers: readonly Customer[],
  source: MessageSource,
  begin: Begin,
): Promise<readonly RolloutEntry[]> {
  const messages: (readonly [string, MessageLine])[] = [];
  for (const customer of customers) messages.push([customer.name, await onlyMessage(source, customer)]);
  return beginningOf(config, customers, messages, begin);
}

async function onlyMessage(source: MessageSource, customer: Customer): Promise<MessageLine> {
  for await (const [first] of source.open(customer)) if (first) return lineOfDraft(first.message);
  throw new Failure("BodyMissing");
}

function beginningOf(
  config: Config,
  customers: readonly Customer[],
  messages: readonly (readonly [string, MessageLine])[],
  begin: Begin,
): readonly RolloutEntry[] {
  const { id, what, plan, answer, retryOf } = begin;
  const [[, first] = []] = messages;
  const isSame = messages.every(([, one]) => safeJson(one) === safeJson(first));
  return [
    {
      rollout: "begin",
      at: new Date().toISOString(),
      id,
      what,
      config: config.file,
      ...omitUndefined({ context: config.context?.name }),
      clientId: config.provider.clientId,
      plan,
      customers: customers.map(destinationOf),
      ...omitUndefined({ retryOf, message: isSame ? first : undefined, answer }),
    },
    ...(isSame ? [] : messages.map(([customer, message]) => ({ rollout: "message", customer, message }) as const)),
  ];
}

const destinationOf = (customer: Customer): Destination => provenanceOf(customer, "command");

/**
 * The customers of a rollout as the config has them now.
 *
 * @throws Failure "conflict" when a command would go to another queue than when the rollout began
 */
export function customersOf(config: Config, { begin }: Rollout, names: readonly string[]): readonly Customer[] {
  if (config.provider.clientId !== begin.clientId)
    throw new Failure(
      "RolloutChanged",
      `${config.file} has another app than the config of the rollout, ${begin.config}`,
    );
  const known = new Map(begin.customers.map((one) => [one.customer, one]));
  const changed: string[] = [];
  const found = names.flatMap((name) => {
    const customer = config.customers.get(name as CustomerName);
    if (customer && safeJson(destinationOf(customer)) === safeJson(known.get(name))) return [customer];
    changed.push(name);
    return [];
  });
  if (changed.length > 0)
    throw new Failure(
      "RolloutChanged",
      `${config.file} does not have the same queue as when the rollout began for ${countText(changed.length, "customer")}: ${changed.slice(0, 5).join(", ")}`,
    );
  return found;
}

type Retry = Pick<RolloutBegin, "id" | "plan"> & { readonly states: readonly CustomerProgress["state"][] };

/**
 * A new rollout for the customers in some of the states: the same message, with an id of its own.
 *
 * @throws Failure "usage" when there are none
 */
export function retryRollout(
  config: Config,
  rollout: Rollout,
  { id, plan, states }: Retry,
): { readonly customers: readonly Customer[]; readonly entries: readonly RolloutEntry[] } {
  const { begin, messages } = rollout;
  const names = [...rollout.customers].filter(([, { state }]) => states.includes(state)).map(([name]) => name);
  if (names.length === 0)
    throw new Failure("RolloutNothingLeft", `no customer of rollout ${begin.id} is ${states.join(" or ")}`, {
      params: { name: rolloutWord({ id: begin.id, file: rollout.file }) },
    });
  const customers = customersOf(config, rollout, names);
  const again = names.map((name) => [name, withId(begin, begin.message ?? messages.get(name), id)] as const);
  const { what, answer } = begin;
  return { customers, entries: beginningOf(config, customers, again, { id, what, plan, answer, retryOf: begin.id }) };
}

/** A session for the status that had the id of the command gets the new id, too. */
function withId(begin: RolloutBegin, message: MessageLine | undefined, id: string): MessageLine {
  if (message === undefined || message.amqp !== undefined)
    throw new Failure("RolloutInvalid", "the result file does not have the message in fields that can be changed");
  const session = message.replyToSessionId === begin.id ? { replyToSessionId: id } : {};
  return { ...message, ...session, messageId: id };
}
