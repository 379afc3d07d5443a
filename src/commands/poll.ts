import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "@commander-js/extra-typings";
import type { Context } from "../lib/cli/context.ts";
import { arguments_, count, duration } from "../lib/cli/parsers.ts";
import { plainLine } from "../lib/cli/plain-text.ts";
import type { Run, View } from "../lib/cli/run.ts";
import { expectedFailure, Failure, type FailureRecord, failureRecord } from "../lib/failure.ts";
import { arrivals } from "../lib/messaging/arrivals.ts";
import { giveBack } from "../lib/messaging/give-back.ts";
import { merge } from "../lib/messaging/merge.ts";
import { openSettlements } from "../lib/messaging/settlements.ts";
import {
  type Customer,
  type CustomerName,
  customerName,
  type Provenance,
  provenance,
} from "../lib/tenancy/customer.ts";
import { findCustomers } from "../lib/tenancy/find-customer.ts";
import { type MessageRecord, messageRecord } from "../lib/tenancy/message-record.ts";

type Options = {
  readonly watch?: true | undefined;
  readonly peek?: true | undefined;
  readonly max?: number | undefined;
  readonly idle: number;
};

type Message = { readonly type: "message" } & Provenance & MessageRecord;
type Failed = { readonly type: "failed" } & Provenance & { readonly error: FailureRecord };
type Recovered = { readonly type: "recovered" } & Provenance;
type Polled = Message | Failed | Recovered;

/**
 * Statuses of one, some or all Customers. A message is completed only after its record was taken by the consumer; at least
 * once is promised. One Customer that fails does not hold up the others.
 */
export async function* poll(
  context: Context,
  names: readonly CustomerName[],
  options: Options,
): AsyncGenerator<Polled> {
  if (options.watch && options.peek)
    throw new Failure("usage", "--watch and --peek exclude each other: what is only looked at never ends");
  const customers = findCustomers(await context.config.read(), names);
  const [only] = customers;
  if (customers.length === 1 && only && !options.watch) {
    yield* statuses(context, only, options);
    return;
  }
  const failures: FailureRecord[] = [];
  const enough = new AbortController();
  const stopping = { ...context, signal: AbortSignal.any([context.signal, enough.signal]) };
  let left = options.max ?? Number.POSITIVE_INFINITY;
  for await (const event of events(stopping, customers, options)) {
    // Leaving now gives this message back; the one before it has been completed, because its stream has gone on.
    if (left === 0) break;
    yield event;
    if (event.type === "failed") failures.push(event.error);
    if (event.type === "message" && --left === 0) enough.abort();
  }
  const summary = options.watch ? undefined : summaryOf(failures, customers.length);
  if (summary) throw summary;
}

function events(context: Context, customers: readonly Customer[], options: Options): AsyncIterable<Polled> {
  if (options.max !== undefined && !options.watch) return inTurn(context, customers, options);
  const each = options.watch ? watched : once;
  return merge(
    context.signal,
    customers.map((customer) => (signal) => each({ ...context, signal }, customer, options)),
  );
}

/** One Customer's statuses; throws what went wrong. */
async function* statuses(
  { cloud, log, signal }: Context,
  customer: Customer,
  options: Options,
): AsyncGenerator<Message> {
  const from = provenance(customer, "status");
  await using mailbox = await cloud.providerMailbox(customer);
  const inbox = await mailbox.inbox();
  if (options.peek) {
    for (const message of await inbox.peek(options.max ?? 250))
      yield { type: "message", ...from, ...messageRecord(message) };
    return;
  }
  await using settlements = openSettlements(log);
  const { max, watch = false, idle: idleMilliseconds } = options;
  for await (const held of arrivals(inbox, { max, watch, idleMilliseconds, signal })) {
    let taken = false;
    try {
      yield { type: "message", ...from, ...messageRecord(held.message) };
      taken = true;
    } finally {
      if (!taken) {
        await settlements.settled();
        await giveBack(held);
      }
    }
    await settlements.complete(held);
  }
}

/** A failure becomes a record, so that the others go on. */
async function* once(context: Context, customer: Customer, options: Options): AsyncGenerator<Polled> {
  try {
    yield* statuses(context, customer, options);
  } catch (error) {
    yield failed(customer, error);
  }
}

const firstPause = 1_000;
const longestPause = 60_000;

/** For as long as the signal lets it: opened again after each failure, told once when it begins to fail and once when it works again. */
async function* watched(context: Context, customer: Customer, options: Options): AsyncGenerator<Polled> {
  let failing = false;
  for (let pause = firstPause; !context.signal.aborted; ) {
    try {
      if (failing) {
        await using mailbox = await context.cloud.providerMailbox(customer);
        await (await mailbox.inbox()).peek(1);
        failing = false;
        pause = firstPause;
        yield { type: "recovered", ...provenance(customer, "status") };
      }
      yield* statuses(context, customer, options);
    } catch (error) {
      if (!failing) yield failed(customer, error);
      failing = true;
      await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal: context.signal }).catch(() => {});
      pause = Math.min(pause * 2, longestPause);
    }
  }
}

const failed = (customer: Customer, error: unknown): Failed => ({
  type: "failed",
  ...provenance(customer, "status"),
  error: failureRecord(expectedFailure(error)),
});

/** One after the other, so that no more is locked than is still wanted. */
async function* inTurn(context: Context, customers: readonly Customer[], options: Options): AsyncGenerator<Polled> {
  let left = options.max ?? 0;
  for (const customer of customers) {
    if (left === 0 || context.signal.aborted) return;
    for await (const event of once(context, customer, { ...options, max: left })) {
      yield event;
      if (event.type === "message") left -= 1;
    }
  }
}

function summaryOf(failures: readonly FailureRecord[], customers: number): Failure | undefined {
  const [first] = failures;
  if (first === undefined) return undefined;
  const message = `${failures.length} of ${customers} Customers failed`;
  const hint = "the 'failed' records name each failure and its remedy";
  const alike = failures.length === customers && failures.every(({ kind }) => kind === first.kind);
  return new Failure(alike ? first.kind : "partial", message, { hint, ...(alike ? { code: first.code } : {}) });
}

export const view: View<Polled> = (event, { bold, red, green, dim }) => {
  switch (event.type) {
    case "message": {
      const body = typeof event.body === "string" ? event.body : JSON.stringify(event.body);
      return `${dim(event.enqueuedAt)} ${bold(event.customer)} ${plainLine(event.correlationId ?? event.messageId ?? "-")} ${plainLine(body)}`;
    }
    case "failed":
      return `${red("failed")} ${bold(event.customer)} ${plainLine(event.error.message)}${event.error.hint ? `\n  ${dim("next")}  ${plainLine(event.error.hint)}` : ""}`;
    case "recovered":
      return `${green("recovered")} ${bold(event.customer)}`;
  }
};

export const pollCommand = (run: Run) =>
  new Command("poll")
    .description(
      "Read Customers' status queues: drain them and end, or tail them. A message is completed after it was printed.",
    )
    .argument("[customers...]", "names from `xtenant customers list` (default: all)", arguments_(customerName))
    .option("-w, --watch", "go on until interrupted")
    .option("--peek", "look only: leave the messages where they are")
    .option("-n, --max <count>", "stop after this many messages", count)
    .option("--idle <duration>", "how long a queue must stay silent to count as empty", duration, 1_000)
    .action((customers = [], options) => run(poll, view)(customers, options));
