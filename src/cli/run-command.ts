import type { AuditedRun } from "../lib/audit/audit-trail.ts";
import type { JsonValue } from "../lib/domain/json-value.ts";
import { asFailure, Failure } from "../lib/errors/failure.ts";
import type { Context } from "./context.ts";
import { jsonLine } from "./output/failure-json.ts";
import type { RecordWriter, ResultShape } from "./output/output-format.ts";
import type { PageStart } from "./output/pager.ts";
import type { Style } from "./output/style.ts";
import type { Key } from "./terminal/keys.ts";
import type { Page, Screen } from "./terminal/screen.ts";

/** How a person reads one result; `--json` prints the same value instead. Empty text prints nothing. */
export type View<Result> = (result: Result, style: Style, page?: Page) => string;

/** Whether a result that was printed still means that the command failed. */
export type FailureOf<Result> = (result: Result) => Failure | undefined;

/** Prints results and nothing else. Resolves when stdout has accepted the line. */
export type Printer = {
  readonly json: boolean;
  /** With `--output` or `--query`. */
  readonly openWriter?: () => Promise<(shape: ResultShape) => RecordWriter>;
  readonly style: Style;
  print(line: string): Promise<void>;
  /** Prints a whole text, by the pager of the person who reads it if it is longer than the screen. Only where a person reads. */
  printPages?(text: string, start: PageStart): Promise<void>;
  /** Only on a terminal that can take back what it shows. */
  readonly screen?: Screen;
};

/** The current text of the line at the bottom of a terminal. */
export type StatusLineText = (style: Style, page: Page) => string;

/** Each text comes below the one before; or below it and above a line that is kept up to date; or a board takes the whole screen. */
export type RenderMode = "printed" | { readonly statusLine: StatusLineText } | { readonly board: Board };

/** A whole screen that is drawn again after each result, after a key, and when the window changes. */
export type Board = {
  frame(style: Style, page: Page): string;
  onKey(key: Key, page: Page): void;
  /** Whether a person types a text: letters are then no commands. */
  isTyping?(): boolean;
};

/** How people read the results of one run; it may keep state from result to result. */
export type Renderer<Result> = {
  /** Before the first result, for a command with a view of its own. */
  readonly onBegin?: (style: Style, isData: boolean) => void;
  readonly onRecord: View<Result>;
  /** The text after the last result, also when the command fails after it. Empty text prints nothing. */
  readonly onEnd?: (style: Style, page?: Page) => string;
  readonly mode?: RenderMode;
  /** The option that says how lines of text look, where it was given: it means nothing for data. */
  readonly textOption?: string;
};

/** Results that are printed together. The batch is acknowledged when stdout has accepted all of them. */
export type ResultBatch<Result> = {
  readonly records: readonly Result[];
  acknowledge(): Promise<void>;
  release(): Promise<void>;
};

/** A batch for results that depend on no acknowledgement. */
export const unsettledBatch = <Result>(...records: readonly Result[]): ResultBatch<Result> => ({
  records,
  acknowledge: async () => {},
  release: async () => {},
});

export type Produced<Result> = Promise<Result> | AsyncIterable<Result | ResultBatch<Result>>;

export type RunOptions<Result> = {
  /** Asks a person, before a line at the bottom reads keys and draws over the question. */
  readonly ask?: (context: Context) => Promise<void>;
  readonly failureOf?: FailureOf<Result>;
  /** Whether the command may change something, here or at a customer. */
  readonly changes?: boolean;
  /** The results are read as a whole, and where a person begins. */
  readonly paged?: PageStart;
};

/** Turns `(context, ...args) => results` and a renderer into a commander action that prints each result. */
export type Run = <Args extends readonly unknown[], Result extends JsonValue>(
  command: (context: Context, ...args: Args) => Produced<Result>,
  renderer: Renderer<Result>,
  options?: RunOptions<Result>,
) => (...args: Args) => Promise<void>;

/** What the surroundings give to every action: opened when a command runs, not when help is shown. */
export type RunSurroundings = {
  readonly context: Context;
  readonly printer: Printer;
  /** Before something is changed; undefined where the config has no audit trail. */
  readonly beforeChange?: () => Promise<AuditedRun | undefined>;
};

export const createRun =
  (open: (what: { readonly changes: boolean }) => RunSurroundings): Run =>
  (command, renderer, { ask, failureOf = () => undefined, changes = false, paged } = {}) =>
  async (...args) => {
    const { context, printer, beforeChange } = open({ changes });
    const { textOption } = renderer;
    if (textOption !== undefined && (printer.json || printer.openWriter !== undefined))
      throw new Failure(
        "UsageConflictingOptions",
        `${textOption} prints text: it cannot be combined with --json, --output or --query`,
      );
    // A query that is wrong is reported before anything is sent.
    const createWriter = await printer.openWriter?.();
    const audit = changes ? await beforeChange?.() : undefined;
    const produce = () => command(context, ...args);
    const { signal } = context;
    try {
      await ask?.(context);
      await printResults(produce, renderer, { context, printer, createWriter, audit, failureOf, paged });
    } catch (error) {
      const { code } = asFailure(error);
      await audit?.end({ outcome: signal.aborted ? "interrupted" : "failed", code }).catch(() => {});
      throw error;
    }
    await audit?.end({ outcome: signal.aborted ? "interrupted" : "succeeded" });
  };

type Printing<Result> = Pick<RunSurroundings, "context" | "printer"> & {
  readonly createWriter: ((shape: ResultShape) => RecordWriter) | undefined;
  readonly audit: AuditedRun | undefined;
  readonly failureOf: FailureOf<Result>;
  readonly paged: PageStart | undefined;
};

async function printResults<Result extends JsonValue>(
  produce: () => Produced<Result>,
  { onBegin, onRecord, onEnd, mode = "printed" }: Renderer<Result>,
  { context, printer, createWriter, audit, failureOf, paged }: Printing<Result>,
): Promise<void> {
  const failures: Failure[] = [];
  let succeeded = 0;
  const isData = printer.json || printer.openWriter !== undefined;
  const screen = isData ? undefined : printer.screen;
  let writer: RecordWriter | undefined;
  const board = typeof mode === "object" && "board" in mode ? mode.board : undefined;
  const drawn = board && {
    frame: (page: Page) => board.frame(printer.style, page),
    onKey: (key: Key, page: Page) => board.onKey(key, page),
    isTyping: () => board.isTyping?.() === true,
  };
  const pages: string[] = [];
  const collect = async (text: string) => void pages.push(text);
  const print = paged !== undefined && !isData && printer.printPages ? collect : printer.print;
  const write = drawn && screen ? () => screen.redraw(drawn) : print;
  let isRefused = false;
  const put = async (text: string) => {
    if (text === "") return;
    await write(text).catch((error: unknown) => {
      isRefused = true;
      throw error;
    });
  };
  const hasStatusLine = typeof mode === "object" && "statusLine" in mode && !context.log.quiet;
  const statusLine = hasStatusLine ? mode.statusLine : undefined;
  try {
    if (statusLine && screen) await screen.foot(() => statusLine(printer.style, screen));
    onBegin?.(printer.style, isData);
    const produced = produce();
    const isList = Symbol.asyncIterator in produced;
    for await (const item of isList ? produced : [produced]) {
      const batch = isBatch(item) ? item : unsettledBatch(item);
      writer ??= createWriter?.(isBatch(item) ? "stream" : isList ? "list" : "one");
      const text = writer
        ? writer.write(batch.records)
        : batch.records
            .map((one) => (printer.json ? jsonLine(one) : onRecord(one, printer.style, screen)))
            .filter((line) => line !== "")
            .join("\n");
      if (!isBatch(item)) audit?.results(batch.records);
      // A line that stdout refuses ends the iteration here: what it was to acknowledge is released.
      await put(text);
      await batch.acknowledge();
      if (isBatch(item)) audit?.results(batch.records);
      for (const result of batch.records) {
        const failure = failureOf(result);
        if (failure) failures.push(failure);
        else succeeded += 1;
      }
    }
    if (isList) writer ??= createWriter?.("list");
  } finally {
    try {
      if (writer && !isRefused) await put(writer.end());
      if (onEnd && !isData && !isRefused) await put(onEnd(printer.style, screen));
    } finally {
      screen?.close();
      if (pages.length > 0) await printPages(pages.join("\n"), { context, printer, start: paged ?? "top" });
    }
  }
  const summary = aggregateOutcome(failures, succeeded);
  if (summary) throw summary;
}

/** A person who has stopped the command wants no pager. */
const printPages = (
  text: string,
  { context, printer, start }: Pick<RunSurroundings, "context" | "printer"> & { readonly start: PageStart },
) => (context.signal.aborted || !printer.printPages ? printer.print(text) : printer.printPages(text, start));

const isBatch = <Result extends JsonValue>(item: Result | ResultBatch<Result>): item is ResultBatch<Result> =>
  typeof item === "object" && item !== null && "acknowledge" in item;

/** All failed alike: that kind. Some failed, or each in its own way: partial. */
function aggregateOutcome(failures: readonly Failure[], succeeded: number): Failure | undefined {
  const [first] = failures;
  if (first === undefined) return undefined;
  if (succeeded === 0 && failures.every(({ kind }) => kind === first.kind)) return first;
  return new Failure("ResultsFailed", `${failures.length} of ${failures.length + succeeded} failed`, {
    retryable: failures.some(({ retryable }) => retryable),
  });
}
