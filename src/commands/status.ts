import { setTimeout as sleep } from "node:timers/promises";
import { defineCommand } from "../cli/command/define-command.ts";
import { group, pathOption } from "../cli/command/define-option.ts";
import type { Context } from "../cli/context.ts";
import { ExitStatus } from "../cli/exit-status.ts";
import {
  customersOrAllArgument,
  selectionOptions,
  selectionOrAllOf,
  shardOf,
  shardOption,
} from "../cli/options/customer-options.ts";
import { onlyOption } from "../cli/options/only-option.ts";
import { parseCount } from "../cli/options/parsers.ts";
import { parseDuration } from "../cli/options/times.ts";
import { warnBeforeOption } from "../cli/options/warn-before-option.ts";
import type { Renderer } from "../cli/run-command.ts";
import { type BoardEvent, boardRenderer, watchedBoardRenderer } from "../cli/status-board/board-table.ts";
import { nagiosCodes, nagiosRenderer } from "../cli/status-board/nagios.ts";
import { prometheusRenderer } from "../cli/status-board/prometheus.ts";
import {
  type Config,
  type Customer,
  forEachCustomer,
  type Selection,
  selectCustomers,
} from "../lib/entry/customers.ts";
import { aggregateFailure, Failure, failureFromRecord } from "../lib/entry/errors.ts";
import { credentialExpiry, daysUntil } from "../lib/entry/provider-app.ts";
import {
  type CustomerState,
  createSampledProgress,
  evaluateState,
  inspectCustomer,
  type SampledProgress,
  type StateSummary,
  summarizeStates,
  type Thresholds,
} from "../lib/entry/status.ts";
import { omitUndefined } from "../lib/entry/values.ts";

type Options = {
  readonly watch?: number | true;
  readonly ping?: number | true;
  readonly check?: "nagios" | "prometheus";
  readonly html?: string;
  readonly utc?: true;
  readonly timeout: number;
  readonly only?: "problems";
  readonly warnAge: number;
  readonly critAge?: number;
  readonly warnDeadLetter: number;
  readonly critDeadLetter?: number;
  readonly warnBefore: number;
  /** Called with the number of customers that are inspected. */
  readonly begins?: (customers: number) => void;
};

const defaultInterval = 30_000;
const defaultPing = 5_000;

/** Inspects each customer and yields its state, then a summary of all; under `watch` again and again. */
export async function* status(context: Context, selection: Selection, options: Options): AsyncGenerator<BoardEvent> {
  const { watch, check, html, utc } = options;
  if (watch !== undefined && check !== undefined)
    throw new Failure("UsageConflictingOptions", "--watch and --check cannot be combined: a check ends");
  const config = await context.config.read();
  const customers = selectCustomers(config, { ...selection, shard: shardOf(context, selection.shard) });
  options.begins?.(customers.length);
  do {
    const { states, summary } = yield* round(context, config, { customers, options });
    if (html !== undefined) await writePage(context, config, { file: html, utc }, { states, summary });
    yield summary;
    if (check === "nagios" && summary.level !== "ok") throw new ExitStatus(nagiosCodes[summary.level]);
    if (watch === undefined && check === undefined) requireNoFailure(states);
    if (watch === undefined) return;
    await sleep(watch === true ? defaultInterval : watch, undefined, context).catch(() => {});
  } while (!context.signal.aborted);
}

type Round = { readonly customers: readonly Customer[]; readonly options: Options };
type Seen = { readonly states: readonly CustomerState[]; readonly summary: StateSummary };

async function* round(
  context: Context,
  config: Config,
  { customers, options }: Round,
): AsyncGenerator<CustomerState, Seen> {
  const start = performance.now();
  // Read while the customers are inspected.
  const credentialDaysLeft = credentialExpiry(context, config).then((end) => end && daysUntil(end.endsAt, new Date()));
  const pingMilliseconds = options.ping === true ? defaultPing : options.ping;
  const looking = { credentialDaysLeft, pingMilliseconds, timeoutMilliseconds: options.timeout };
  const states: CustomerState[] = [];
  const thresholds = thresholdsOf(options);
  const inspect = async function* (customer: Customer) {
    yield await inspectCustomer(context, customer, looking);
  };
  const inspected = forEachCustomer(customers, inspect, {
    signal: context.signal,
    concurrency: 50,
    order: "customers",
  });
  for await (const seen of inspected) {
    const state = evaluateState(seen, thresholds);
    states.push(state);
    if (options.only === undefined || state.level !== "ok") yield state;
  }
  const milliseconds = Math.round(performance.now() - start);
  return { states, summary: summarizeStates(states, { credentialDaysLeft: await credentialDaysLeft, milliseconds }) };
}

const thresholdsOf = (options: Options): Thresholds => ({
  warnAgeMilliseconds: options.warnAge,
  criticalAgeMilliseconds: options.critAge,
  warnDeadLetters: options.warnDeadLetter,
  criticalDeadLetters: options.critDeadLetter,
  warnDays: options.warnBefore,
});

async function writePage(
  { terminal }: Context,
  config: Config,
  { file, utc }: { readonly file: string; readonly utc: true | undefined },
  { states, summary }: Seen,
): Promise<void> {
  const [{ renderHtmlPage: page }, { writeFileAtomically: writeAtomically }] = await Promise.all([
    import("../cli/status-board/html-page.ts"),
    import("../lib/entry/files.ts"),
  ]);
  const { tenantId, clientId, name } = config.provider;
  const text = page(states, summary, { tenantId, clientId, ...omitUndefined({ name, utc }) });
  if (file === "-") {
    terminal.stdout.write(text);
    return;
  }
  await writeAtomically(file, text, 0o644);
}

/** A warning is no failure; what could not be seen or opened is. */
function requireNoFailure(states: readonly CustomerState[]): void {
  const failures = states.flatMap(({ errors: [first] }) => (first === undefined ? [] : [failureFromRecord(first)]));
  const summary = aggregateFailure(failures, states.length);
  if (summary) throw summary;
}

const rendererOf = (
  { check, watch, html, utc }: Pick<Options, "check" | "watch" | "html" | "utc">,
  progress: SampledProgress,
): Renderer<BoardEvent> => {
  if (html === "-") return { onRecord: () => "" };
  if (check === "nagios") return nagiosRenderer();
  if (check === "prometheus") return prometheusRenderer();
  return watch === undefined ? boardRenderer(progress, { utc }) : watchedBoardRenderer(progress, { utc });
};

export const statusCommand = defineCommand({
  name: "status",
  description:
    "Show the state of all customers: consent, claims, message counts, age of the oldest status. It receives nothing, and sends nothing without --ping.",
  arguments: customersOrAllArgument,
  options: {
    ...selectionOptions,
    ...shardOption,
    ...group("Collection:", {
      watch: {
        flags: "-w, --watch [interval]",
        description: "repeat at this interval (default: 30s) until interrupted",
        parse: parseDuration,
      },
      ping: {
        flags: "--ping [timeout]",
        description: "also send a ping and wait for the customer's worker (default: 5s)",
        parse: parseDuration,
      },
      timeout: {
        flags: "--timeout <duration>",
        description: "time limit per customer",
        parse: parseDuration,
        default: 30_000,
      },
    }),
    only: onlyOption,
    utc: { flags: "--utc", description: "print the time in UTC, not in local time" },
    ...group("For monitors:", {
      check: {
        flags: "--check <format>",
        description: "nagios: plugin output, exit 0 ok, 1 warning, 2 critical, 3 unknown; prometheus: metrics, exit 0",
        choices: ["nagios", "prometheus"],
      },
      html: pathOption("--html <file>", "also write the board as one self-contained HTML page; - prints only the page"),
    }),
    ...group("Thresholds:", {
      warnAge: {
        flags: "--warn-age <duration>",
        description: "warn when the oldest status is older than this",
        parse: parseDuration,
        default: 3_600_000,
      },
      critAge: {
        flags: "--crit-age <duration>",
        description: "critical when the oldest status is older than this",
        parse: parseDuration,
      },
      warnDeadLetter: {
        flags: "--warn-dead-letter <count>",
        description: "warn at this number of dead letters in a queue",
        parse: parseCount,
        default: 1,
      },
      critDeadLetter: {
        flags: "--crit-dead-letter <count>",
        description: "critical at this number of dead letters in a queue",
        parse: parseCount,
      },
      warnBefore: warnBeforeOption,
    }),
  },
  createRenderer: (options) => {
    const progress = createSampledProgress();
    return { ...rendererOf(options, progress), begins: progress.begins };
  },
  paged: "end",
  run: (context, args, { all, tag, shard, ...options }, { begins }) =>
    status(context, selectionOrAllOf(args, { all, tag, shard }), { ...options, begins }),
  examples: [
    { line: "xtenant status", what: "show every customer, one line each" },
    { line: "xtenant status --watch 10s", what: "refresh every ten seconds", goesOn: true },
    { line: "xtenant status --html board.html", what: "also write a page for a colleague" },
    { line: "xtenant status --check prometheus", what: "print metrics for a collector" },
  ],
  seeAlso: ["verify", "poll", "help exit-codes"],
});
