import { browse } from "../cli/browse/browse.ts";
import { defineCommand } from "../cli/command/define-command.ts";
import type { Context } from "../cli/context.ts";
import { parseDuration } from "../cli/options/times.ts";
import { type Style, styleFor } from "../cli/output/style.ts";
import { isInteractive } from "../cli/terminal/prompts.ts";
import { type CustomerName, findCustomer, parseCustomerName } from "../lib/entry/customers.ts";
import type { RemovalRecord } from "../lib/entry/dead-letters.ts";
import { Failure } from "../lib/entry/errors.ts";
import { expiryWarningDays } from "../lib/entry/provider-app.ts";

type Options = { readonly interval: number; readonly timeout: number; readonly begin: { readonly style?: Style } };

/** Shows customers, queues and messages until a person ends it. */
async function* browseCustomers(
  context: Context,
  name: CustomerName | undefined,
  { interval, timeout, begin }: Options,
): AsyncGenerator<RemovalRecord> {
  const { terminal } = context;
  requireTerminal(context);
  const config = await context.config.read();
  const customer = name === undefined ? undefined : findCustomer(config, name);
  const { drawBrowse, layoutEngine } = await import("../cli/browse/draw-browse.ts");
  await layoutEngine();
  const style = begin.style ?? styleFor(terminal.stdout, terminal.env, true);
  const options = {
    ...{ customer, allowsChanges: false, intervalMilliseconds: interval, timeoutMilliseconds: timeout },
    thresholds: { warnAgeMilliseconds: 3_600_000, warnDeadLetters: 1, warnDays: expiryWarningDays },
  };
  await browse(context, config, options, (store) => drawBrowse(terminal, store, style));
}

function requireTerminal({ terminal }: Context): void {
  const { stdout, env } = terminal;
  if (stdout.isTTY && env.TERM !== "dumb" && isInteractive(terminal)) return;
  throw new Failure("TerminalRequired", "browse needs a terminal");
}

export const browseCommand = defineCommand({
  name: "browse",
  description:
    "Show customers, queues and messages on the whole screen of a terminal. It peeks: no message is received, locked or changed. Press ? for the keys.",
  arguments: {
    customer: {
      description: "a name from `xtenant customers list` (default: begin with all customers)",
      optional: true,
      parse: parseCustomerName,
      complete: "customer",
    },
  },
  options: {
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
    return {
      begin,
      onBegin: (style: Style) => {
        begin.style = style;
      },
      onRecord: (_record: RemovalRecord) => "",
    };
  },
  run: (context, { customer }, options, { begin }) => browseCustomers(context, customer, { ...options, begin }),
  examples: [
    { line: "xtenant browse", what: "begin with all customers" },
    { line: "xtenant browse acme", what: "begin with the queues of acme" },
  ],
  seeAlso: ["status", "poll", "dead-letter show"],
});
