import { setTimeout as sleep } from "node:timers/promises";
import { Command, Option } from "@commander-js/extra-typings";
import type { Context } from "../cli/context.ts";
import { ExitStatus } from "../cli/exit-status.ts";
import { withExamples } from "../cli/help/command-help.ts";
import { addSelectionOptions, addShardOption, shardOf } from "../cli/options/customer-options.ts";
import { parseCount, parseDays, parseDuration, parseRepeatedArgument } from "../cli/options/parsers.ts";
import type { Run, View } from "../cli/run-command.ts";
import { type BoardEvent, boardView } from "../cli/status-board/board-table.ts";
import { nagiosCodes, nagiosView } from "../cli/status-board/nagios.ts";
import { prometheusView } from "../cli/status-board/prometheus.ts";
import { credentialExpiry, expiryWarningDays } from "../lib/app-registration/credential-expiry.ts";
import { aggregateFailure } from "../lib/concurrency/aggregate-failure.ts";
import { forEachCustomer } from "../lib/concurrency/for-each-customer.ts";
import type { Config } from "../lib/config/config.ts";
import { type Selection, selectCustomers } from "../lib/config/select-customers.ts";
import { daysUntil } from "../lib/domain/app-registration.ts";
import { type Customer, parseCustomerName } from "../lib/domain/customer.ts";
import { Failure } from "../lib/errors/failure.ts";
import type { CustomerState } from "../lib/status/customer-state.ts";
import { evaluateState, type Thresholds } from "../lib/status/evaluate-state.ts";
import { inspectCustomer } from "../lib/status/inspect-customer.ts";
import { createSampledProgress, type SampledProgress } from "../lib/status/sampled-progress.ts";
import { type StateSummary, summarizeStates } from "../lib/status/state-summary.ts";

type Options = {
  readonly watch?: number | true;
  readonly ping?: number | true;
  readonly check?: "nagios" | "prometheus";
  readonly html?: string;
  readonly timeout: number;
  readonly warnAge: number;
  readonly critAge?: number;
  readonly warnDeadLetter: number;
  readonly critDeadLetter?: number;
  readonly warnBefore: number;
  /** Told how many Customers are looked at. */
  readonly begins?: (customers: number) => void;
};

const defaultInterval = 30_000;
const defaultPing = 5_000;

/** Looks at every Customer on its own and tells of each, then of all together; under `watch` again and again. */
export async function* status(context: Context, selection: Selection, options: Options): AsyncGenerator<BoardEvent> {
  const { watch, check, html } = options;
  if (watch !== undefined && check !== undefined)
    throw new Failure("usage", "--watch and --check exclude each other: a check ends", {
      hint: "xtenant status --help",
    });
  const config = await context.config.read();
  const meant = selection.names?.length || selection.tag ? selection : { all: true as const };
  const customers = selectCustomers(config, { ...meant, shard: shardOf(context, selection.shard) });
  options.begins?.(customers.length);
  do {
    const { states, summary } = yield* round(context, config, { customers, options });
    if (html !== undefined) await writePage(html, states, summary);
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
  const end = await credentialExpiry(context, config);
  const credentialDaysLeft = end === undefined ? null : daysUntil(end.endsAt, new Date());
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
    yield state;
  }
  const milliseconds = Math.round(performance.now() - start);
  return { states, summary: summarizeStates(states, { credentialDaysLeft, milliseconds }) };
}

const thresholdsOf = (options: Options): Thresholds => ({
  warnAgeMilliseconds: options.warnAge,
  criticalAgeMilliseconds: options.critAge,
  warnDeadLetters: options.warnDeadLetter,
  criticalDeadLetters: options.critDeadLetter,
  warnDays: options.warnBefore,
});

async function writePage(file: string, states: readonly CustomerState[], summary: StateSummary): Promise<void> {
  const [{ renderHtmlPage: page }, { writeFileAtomically: writeAtomically }] = await Promise.all([
    import("../cli/status-board/html-page.ts"),
    import("../lib/config/files/write-file-atomically.ts"),
  ]);
  await writeAtomically(file, page(states, summary), 0o644).catch((cause: NodeJS.ErrnoException) => {
    throw new Failure("usage", `cannot write ${file}: ${cause.code ?? cause.message}`, { code: "OutputFailed", cause });
  });
}

/** A warning is no failure; what could not be seen or opened is. */
function requireNoFailure(states: readonly CustomerState[]): void {
  const failures = states.flatMap(({ errors: [first] }) => {
    if (first === undefined) return [];
    const { kind, message, ...rest } = first;
    return [new Failure(kind, message, rest)];
  });
  const summary = aggregateFailure(failures, states.length);
  if (summary === undefined) return;
  const { kind, message, code } = summary;
  throw new Failure(kind, message, {
    code,
    hint: "the board names each failure and its remedy; xtenant verify has more",
  });
}

const viewOf = ({ check, watch }: Pick<Options, "check" | "watch">, progress: SampledProgress): View<BoardEvent> => {
  if (check === "nagios") return nagiosView();
  if (check === "prometheus") return prometheusView();
  return boardView({ frames: watch !== undefined, progress });
};

export const statusCommand = (run: Run) =>
  addShardOption(
    addSelectionOptions(
      new Command("status")
        .description(
          "Show all Customers at one glance: consent, claims, what the queues hold, how old the oldest status is. Takes nothing and sends nothing, unless asked to --ping.",
        )
        .argument(
          "[customers...]",
          "names from `xtenant customers list` (default: all)",
          parseRepeatedArgument(parseCustomerName),
        ),
    ),
  )
    .optionsGroup("How it is looked:")
    .option(
      "-w, --watch [interval]",
      "look again after each such pause (default: 30s), until interrupted",
      parseDuration,
    )
    .option("--ping [patience]", "also send a ping and wait for the Customer's worker (default: 5s)", parseDuration)
    .option("--timeout <duration>", "how long to look at one Customer", parseDuration, 30_000)
    .optionsGroup("For monitors:")
    .addOption(
      new Option(
        "--check <form>",
        "nagios: a plugin's text and its exit codes, 0 ok, 1 warning, 2 critical; prometheus: metrics, exit 0",
      ).choices(["nagios", "prometheus"] as const),
    )
    .option("--html <file>", "also write the board as one page that needs nothing else")
    .optionsGroup("What is worth a warning:")
    .option("--warn-age <duration>", "a status that has waited so long", parseDuration, 3_600_000)
    .option("--crit-age <duration>", "the same, as critical", parseDuration)
    .option("--warn-dead-letter <count>", "so many dead letters in a queue", parseCount, 1)
    .option("--crit-dead-letter <count>", "the same, as critical", parseCount)
    .addOption(
      new Option("--warn-before <days>", "the app's certificate or secret ends in fewer")
        .argParser(parseDays)
        .default(expiryWarningDays, "30d"),
    )
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant status", what: "every Customer, a line each" },
          { line: "xtenant status --watch 10s", what: "the same, redrawn every ten seconds", goesOn: true },
          { line: "xtenant status --html board.html", what: "and as a page for a colleague" },
          { line: "xtenant status --check prometheus", what: "for a collector of metrics" },
        ],
        seeAlso: ["verify", "poll", "help exit-codes"],
      }),
    )
    .action((names, { all, tag, shard, ...options }) => {
      const progress = createSampledProgress();
      const { begins, text } = progress;
      const mode = options.watch === undefined ? { statusLine: text } : "redrawn";
      return run(
        status,
        viewOf(options, progress),
        undefined,
        mode,
      )({ names, all, tag, shard }, { ...options, begins });
    });
