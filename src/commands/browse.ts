import { browse } from "../cli/browse/browse.ts";
import type { ChangeRecord } from "../cli/browse/changes.ts";
import { defineCommand } from "../cli/command/define-command.ts";
import type { Context } from "../cli/context.ts";
import { parseDuration } from "../cli/options/times.ts";
import { type Style, styleFor } from "../cli/output/style.ts";
import { wrapToPage } from "../cli/output/wrap-text.ts";
import { isInteractive } from "../cli/terminal/prompts.ts";
import type { Page } from "../cli/terminal/screen.ts";
import { removalView } from "../cli/views/dead-letter-removal-view.ts";
import { type CustomerName, findCustomer, parseCustomerName } from "../lib/entry/customers.ts";
import { Failure } from "../lib/entry/errors.ts";
import { produceStream } from "../lib/entry/messages.ts";
import { expiryWarningDays } from "../lib/entry/provider-app.ts";
import { countText, plainLine } from "../lib/entry/values.ts";

type Options = {
  readonly interval: number;
  readonly timeout: number;
  readonly allowChanges?: true;
  readonly begin: { readonly style?: Style };
};

/** Shows customers, queues and messages until a person ends it. The records are what the person has changed. */
async function* browseCustomers(
  context: Context,
  name: CustomerName | undefined,
  { interval, timeout, allowChanges, begin }: Options,
): AsyncGenerator<ChangeRecord> {
  const { terminal } = context;
  requireTerminal(context);
  const config = await context.config.read();
  const customer = name === undefined ? undefined : findCustomer(config, name);
  const { drawBrowse, layoutEngine } = await import("../cli/browse/draw-browse.ts");
  await layoutEngine();
  const style = begin.style ?? styleFor(terminal.stdout, terminal.env, true);
  const options = {
    ...{ customer, allowsChanges: allowChanges === true, intervalMilliseconds: interval, timeoutMilliseconds: timeout },
    thresholds: { warnAgeMilliseconds: 3_600_000, warnDeadLetters: 1, warnDays: expiryWarningDays },
  };
  yield* produceStream<ChangeRecord>(({ put }) => {
    const onRecord = (record: ChangeRecord) => void put(record);
    return browse(context, config, { ...options, onRecord }, (store) => drawBrowse(terminal, store, style));
  });
}

type Total = Extract<ChangeRecord, { readonly type: "summary" | "exported" | "sent" }>;

const isTotal = (record: ChangeRecord): record is Total => ["summary", "exported", "sent"].includes(record.type);

/** What stays on the terminal after the end. */
function totalText(record: Total, style: Style, page: Page | undefined): string {
  if (record.type === "summary") return removalView(record, style, page);
  const { customer, queue } = record;
  const what =
    record.type === "sent" ? plainLine(record.messageId ?? "a message") : countText(record.messages, "message");
  const where = record.type === "sent" ? `to ${customer} (${queue})` : `of ${customer} (${queue}) to ${record.file}`;
  return wrapToPage(`${style.green(record.type)} ${what} ${where}`, page);
}

function requireTerminal({ terminal }: Context): void {
  const { stdout, env } = terminal;
  if (stdout.isTTY && env.TERM !== "dumb" && isInteractive(terminal)) return;
  throw new Failure("TerminalRequired", "browse needs a terminal");
}

export const browseCommand = defineCommand({
  name: "browse",
  description:
    "Show customers, queues and messages on the whole screen of a terminal. It only peeks: no message is received, locked or changed, unless --allow-changes lets you. Press ? for the keys.",
  arguments: {
    customer: {
      description: "a name from `xtenant customers list` (default: begin with all customers)",
      optional: true,
      parse: parseCustomerName,
      complete: "customer",
    },
  },
  options: {
    allowChanges: {
      flags: "--allow-changes",
      description: "also resubmit, purge, export, and send again, each after a question",
    },
    interval: {
      flags: "--interval <duration>",
      description: "inspect all customers again at this interval",
      parse: parseDuration,
      default: 30_000,
    },
    timeout: {
      flags: "--timeout <duration>",
      description: "time limit per customer",
      parse: parseDuration,
      default: 30_000,
    },
  },
  createRenderer: () => {
    const begin: { style?: Style } = {};
    const totals: Total[] = [];
    return {
      begin,
      onBegin: (style: Style, isData: boolean) => {
        if (isData) throw new Failure("TerminalRequired", "browse draws on the screen and prints no records");
        begin.style = style;
      },
      // The view has the screen until the end.
      onRecord: (record: ChangeRecord) => {
        if (isTotal(record)) totals.push(record);
        return "";
      },
      onEnd: (style: Style, page?: Page) => totals.map((record) => totalText(record, style, page)).join("\n"),
    };
  },
  changes: ({ allowChanges }) => allowChanges === true,
  run: (context, { customer }, options, { begin }) => browseCustomers(context, customer, { ...options, begin }),
  examples: [
    { line: "xtenant browse", what: "begin with all customers" },
    { line: "xtenant browse acme", what: "begin with the queues of acme" },
    { line: "xtenant browse --allow-changes", what: "also resubmit and purge dead letters, and send commands again" },
  ],
  seeAlso: ["status", "poll", "dead-letter show"],
});
