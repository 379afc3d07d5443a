import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { customersOrAllArgument, selectionOptions } from "../../cli/options/customer-options.ts";
import { failuresLast } from "../../cli/output/failure-groups.ts";
import { formatTime } from "../../cli/output/format-time.ts";
import { wrapToPage } from "../../cli/output/wrap-text.ts";
import type { Renderer, View } from "../../cli/run-command.ts";
import { type CommandRecord, type CommandState, findAuditedCommand, findCommand } from "../../lib/entry/commands.ts";
import {
  type Customer,
  forEachCustomer,
  type Provenance,
  provenanceOf,
  type Selection,
  selectOrAll,
} from "../../lib/entry/customers.ts";
import { type FailureRecord, failureRecord } from "../../lib/entry/errors.ts";
import { plainLine } from "../../lib/entry/values.ts";

type Failed = { readonly type: "failed" } & Provenance & { readonly error: FailureRecord };
type Shown = CommandRecord | Failed;

/** Without customers, those to which the audit trail says that the command was sent, or else all. */
export async function* show(context: Context, id: string, selection: Selection): AsyncGenerator<Shown> {
  const config = await context.config.read();
  const audited = await findAuditedCommand(config.auditFile, id);
  const { names = [], all, tag } = selection;
  const sentTo = [...config.customers.values()].filter(({ name }) => audited.customers.has(name));
  const isOpen = names.length === 0 && !all && tag === undefined;
  const customers: readonly Customer[] = isOpen && sentTo.length > 0 ? sentTo : selectOrAll(config, selection);
  yield* forEachCustomer(
    customers,
    async function* (customer) {
      yield await findCommand(context, customer, audited);
    },
    {
      signal: context.signal,
      order: "customers",
      toFailed: (customer, failure): Failed => ({
        type: "failed",
        ...provenanceOf(customer, "command"),
        error: failureRecord(failure),
      }),
    },
  );
}

const explanations: Readonly<Record<CommandState, string>> = {
  answered: "the customer reports success",
  failed: "the customer reports a failure",
  waiting: "in the queue; nobody has completed it",
  scheduled: "in the queue until its time",
  "dead-lettered": "in the dead-letter queue",
  taken: "in no queue, and no status is in the queue",
  unknown: "no status is in the queue, and the app may not read the command queue",
};

export const view: View<CommandRecord> = (record, { bold, dim, green, red, yellow }, page) => {
  const { customer, state, detail, sentAt, sentBy, answeredAt, receivedBy, deliveryCount = 0, scheduledAt } = record;
  const [mark, paint] =
    state === "answered" ? ["✓", green] : state === "failed" || state === "dead-lettered" ? ["✗", red] : ["–", yellow];
  const times = [
    sentAt && `sent ${formatTime(sentAt)}${sentBy ? ` by ${plainLine(sentBy)}` : ""}`,
    scheduledAt && `due ${formatTime(scheduledAt)}`,
    state === "waiting" && deliveryCount > 0 && `delivered ${deliveryCount} times`,
    answeredAt && `answered ${formatTime(answeredAt)}`,
    receivedBy && `received by ${plainLine(receivedBy)}`,
  ].filter(Boolean);
  const what = detail === undefined ? explanations[state] : plainLine(detail);
  return wrapToPage(
    `${paint(mark)} ${bold(customer)} ${paint(state)} ${what}${times.length > 0 ? `  ${dim(times.join(", "))}` : ""}`,
    page,
  );
};

/** Ends with the number of customers in each state. */
export function commandRenderer(): Renderer<Shown> {
  const counts = new Map<CommandState, number>();
  const renderer = failuresLast<Shown>(view);
  return {
    onRecord: (record, style, page) => {
      if (record.type === "command") counts.set(record.state, (counts.get(record.state) ?? 0) + 1);
      return renderer.onRecord(record, style, page);
    },
    onEnd: (style, page) => {
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const summary = [...counts].map(([state, count]) => `${count} ${state}`).join(", ");
      return [renderer.onEnd?.(style, page), total > 1 ? summary : ""].filter(Boolean).join("\n");
    },
  };
}

export const showCommand = defineCommand({
  name: "show",
  summary: "show where a command is, at each customer",
  description:
    "Show where a command is: in its queue, taken, answered or a dead letter. It peeks at the queues, and reads the audit trail if there is one. The beginning of the id is enough when the audit trail knows the command.",
  arguments: {
    id: { description: "the id that `send` printed" },
    ...customersOrAllArgument,
  },
  options: selectionOptions,
  createRenderer: () => commandRenderer(),
  paged: "top",
  run: (context, { id, customers }, options) => show(context, id, { names: customers, ...options }),
  examples: [
    { line: "xtenant command show k7m2-q4xd-9rtp acme", what: "show whether acme has taken and answered a command" },
    {
      line: "xtenant command show k7m2-q4xd-9rtp --tag region=eu -o table",
      what: "a table of the customers with a tag",
    },
  ],
  seeAlso: ["send", "audit show", "poll"],
});
