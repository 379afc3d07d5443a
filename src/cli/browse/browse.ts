import { setTimeout as sleep } from "node:timers/promises";
import { type Config, type ConfiguredCustomer, forEachCustomer } from "../../lib/entry/customers.ts";
import { expectedFailure, type Failure, failureRecord } from "../../lib/entry/errors.ts";
import { parseWhereExpression, peekPage } from "../../lib/entry/messages.ts";
import { credentialExpiry, daysUntil } from "../../lib/entry/provider-app.ts";
import { evaluateState, inspectCustomer, type Thresholds } from "../../lib/entry/status.ts";
import { countText, omitUndefined, plainLine } from "../../lib/entry/values.ts";
import type { NamespaceConnection } from "../../lib/ports/azure-services.ts";
import type { Context } from "../context.ts";
import { isAsciiTerminal } from "../output/ascii.ts";
import { remedyOf } from "../remedies/remedies.ts";
import { openInBrowser } from "../terminal/open-in-browser.ts";
import type { Store } from "./browse-app.ts";
import type { BrowseEvent, BrowseState, Change, Effect } from "./browse-state.ts";
import { applyChange, type ChangeRecord, parseEdited, summaryOf } from "./changes.ts";
import type { View } from "./draw-browse.ts";
import { editableMessage, editText } from "./edit-message.ts";
import { reduce } from "./reduce.ts";

export type BrowseOptions = {
  /** The customer that is shown first. */
  readonly customer?: ConfiguredCustomer | undefined;
  readonly allowsChanges: boolean;
  /** How often all customers are inspected. */
  readonly intervalMilliseconds: number;
  readonly timeoutMilliseconds: number;
  readonly thresholds: Thresholds;
  /** Gets what was changed. */
  readonly onRecord: (record: ChangeRecord) => void;
};

/** Messages of one page: more than most terminals have lines, and one answer of the service. */
const pageSize = 100;

const inspectedAtOnce = 50;

/**
 * Shows the customers until a person ends it. The state is changed by the reducer alone; this is what carries out its effects, with
 * the same use cases as the commands. Nothing waits for one customer.
 */
export async function browse(
  given: Context,
  config: Config,
  options: BrowseOptions,
  draw: (store: Store) => View,
): Promise<void> {
  const { terminal } = given;
  const stop = new AbortController();
  const signal = AbortSignal.any([given.signal, stop.signal]);
  const ended = Promise.withResolvers<void>();
  let state = initialState(given, config, options);
  const listeners = new Set<() => void>();
  const dispatch = (event: BrowseEvent) => {
    const step = reduce(state, event);
    state = step.state;
    for (const listener of listeners) listener();
    for (const effect of step.effects) void perform(effect).catch(ended.reject);
  };
  // A line on stderr would be in the middle of the screen.
  const notice = (text: string) => dispatch({ type: "notice", text });
  const log = { ...given.log, ask: notice, info: notice, debug: terminal.stderr.isTTY ? () => {} : given.log.debug };
  const context: Context = { ...given, log, signal };

  const beingInspected = new Set<string>();
  const inspect = async () => {
    const customers = [...config.customers.values()].filter(({ name }) => !beingInspected.has(name));
    for (const { name } of customers) beingInspected.add(name);
    dispatch({ type: "inspecting", customers: beingInspected.size });
    const credentialDaysLeft = credentialExpiry(context, config).then(
      (end) => end && daysUntil(end.endsAt, new Date()),
    );
    const { timeoutMilliseconds } = options;
    const looking = { credentialDaysLeft, pingMilliseconds: undefined, timeoutMilliseconds };
    const inspected = forEachCustomer(
      customers,
      async function* (customer: ConfiguredCustomer) {
        yield await inspectCustomer(context, customer, looking);
      },
      { signal, concurrency: inspectedAtOnce },
    );
    for await (const seen of inspected) {
      beingInspected.delete(seen.customer);
      dispatch({ type: "inspected", state: evaluateState(seen, options.thresholds) });
    }
  };

  const connections = createConnections(context);
  let loading = new AbortController();
  const load = async ({ place, from, where }: Effect & { readonly type: "load" }) => {
    loading.abort();
    const mine = new AbortController();
    loading = mine;
    const wanted = AbortSignal.any([signal, mine.signal]);
    try {
      const expression = where === "" ? undefined : await parseWhereExpression(where);
      const page = await connections.use(place.customer, (connection) =>
        peekPage(connection, place.customer, {
          queue: place.role,
          isDeadLetter: place.isDeadLetter,
          from,
          size: pageSize,
          where: expression,
          signal: wanted,
        }),
      );
      if (!wanted.aborted) dispatch({ type: "page", place, from, page });
    } catch (error) {
      const failure = expectedFailure(error);
      if (!wanted.aborted) dispatch({ type: "page-failed", place, from, text: failureText(failure) });
    }
  };

  const perform = async (effect: Effect): Promise<void> => {
    switch (effect.type) {
      case "inspect":
        return inspect().catch(unlessAborted(signal));
      case "load":
        return load(effect);
      case "stop-loading":
        return loading.abort();
      case "check-filter":
        return checkFilter(effect.where).then(dispatch);
      case "open":
        return openInBrowser(effect.url);
      case "copy":
        terminal.stdout.write(clipboard(effect.text));
        return dispatch({ type: "notice", text: `copied: ${effect.text}` });
      case "suspend":
        return suspend();
      case "interrupt":
        terminal.job?.interrupt();
        return;
      case "quit":
        return ended.resolve();
      case "edit":
        return edit(effect.change);
      case "change":
        return change(effect.change);
    }
  };

  const edit = async (wanted: Change) => {
    const [message] = wanted.messages;
    if (message === undefined) return;
    const before = wanted.edited ?? editableMessage(message);
    try {
      const edited = await view.suspended(() => editText(terminal, before));
      if (edited === before && wanted.edited === undefined)
        return dispatch({ type: "notice", text: "nothing was changed: the text is the same" });
      const change = { ...wanted, edited };
      dispatch({ type: "edited", change, ...omitUndefined({ problem: problemOf(edited) }) });
    } catch (error) {
      dispatch({ type: "notice", text: failureText(expectedFailure(error)), isFailure: true });
    }
  };

  const changes = new Set<Promise<void>>();
  const change = (wanted: Change): Promise<void> => {
    const running = changeAndReport(wanted).finally(() => changes.delete(running));
    changes.add(running);
    return running;
  };
  const changeAndReport = async (wanted: Change) => {
    const { place } = wanted;
    const records: ChangeRecord[] = [];
    dispatch({ type: "notice", text: `${wanted.type}: ${countText(wanted.messages.length, "message")} …` });
    try {
      // Ended by Ctrl-C as the commands are, but not by q.
      for await (const record of applyChange({ ...context, signal: given.signal }, wanted)) {
        records.push(record);
        options.onRecord(record);
      }
      const summary = summaryOf(wanted, records);
      if (wanted.type === "export") dispatch({ type: "notice", ...summary });
      else dispatch({ type: "changed", place, ...summary });
    } catch (error) {
      dispatch({ type: "changed", place, text: failureText(expectedFailure(error)), isFailure: true });
    }
  };

  const suspend = async () => {
    const { job } = terminal;
    if (job === undefined) return;
    await view.suspended(async () => {
      const continued = Promise.withResolvers<void>();
      const ignore = job.onContinue(continued.resolve);
      job.suspend();
      await continued.promise;
      ignore();
    });
  };

  const store: Store = {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    press: (key) => dispatch({ type: "key", key }),
  };
  const resize = () => {
    // A terminal moves what does not fit any more, and rests of it would stay.
    terminal.stdout.write(clearScreen);
    dispatch({ type: "resize", ...sizeOf(given) });
  };
  // Before the view listens, so that it draws the lines of the new size.
  terminal.stdout.on("resize", resize);
  const view = draw(store);
  const onAbort = () => ended.resolve();
  given.signal.addEventListener("abort", onAbort);
  try {
    void inspectAgainAndAgain().catch(ended.reject);
    await ended.promise;
  } finally {
    given.signal.removeEventListener("abort", onAbort);
    terminal.stdout.off("resize", resize);
    await view.close();
    // What was confirmed is finished.
    await Promise.allSettled(changes);
    stop.abort();
    await connections[Symbol.asyncDispose]();
  }

  async function inspectAgainAndAgain(): Promise<void> {
    while (!signal.aborted) {
      void perform({ type: "inspect" }).catch(ended.reject);
      await sleep(options.intervalMilliseconds, undefined, { signal }).catch(() => {});
    }
  }
}

const clearScreen = "\u001b[H\u001b[2J";

const unlessAborted = (signal: AbortSignal) => (error: unknown) => {
  if (!signal.aborted) throw error;
};

function initialState(context: Context, config: Config, options: BrowseOptions): BrowseState {
  const { stdout, env } = context.terminal;
  const customers = [...config.customers.values()];
  const selected = customers.findIndex(({ name }) => name === options.customer?.name);
  const first = { type: "customers", selected: Math.max(0, selected), filter: "" } as const;
  const { customer } = options;
  return {
    screens: customer === undefined ? [first] : [first, { type: "queues", selected: 2, customer: customer.name }],
    customers: customers.map((one) => ({ customer: one, waiting: [] })),
    ...sizeOf(context),
    isAscii: isAsciiTerminal(stdout, env),
    allowsChanges: options.allowsChanges,
    title: plainLine(config.context?.name ?? config.file.split(/[/\\]/).at(-1) ?? config.file),
    cloud: config.cloud,
    inspecting: 0,
  };
}

const sizeOf = ({ terminal: { stdout } }: Context) => ({
  columns: stdout.columns || 80,
  rows: ("rows" in stdout && Number(stdout.rows)) || 24,
});

/** Why a document is no message; undefined for one that can be sent. */
function problemOf(edited: string): string | undefined {
  try {
    parseEdited(edited);
    return undefined;
  } catch (error) {
    return plainLine(expectedFailure(error).message);
  }
}

/** What failed, and the next step, on one line. */
function failureText(failure: Failure): string {
  const remedy = remedyOf(failureRecord(failure));
  return plainLine(`${failure.message}${remedy === "" ? "" : `; next: ${remedy}`}`);
}

async function checkFilter(where: string): Promise<BrowseEvent> {
  try {
    await parseWhereExpression(where);
    return { type: "filter-accepted", where };
  } catch (error) {
    return {
      type: "filter-refused",
      problem: expectedFailure(error).message.replace("invalid --where expression: ", ""),
    };
  }
}

/** Asks the terminal to put the text on the clipboard of the person's machine, also over SSH (xterm, OSC 52). */
const clipboard = (text: string) => `\u001b]52;c;${Buffer.from(text).toString("base64")}\u0007`;

/** One connection for each customer that was opened. One that failed is opened again. */
function createConnections({ azure }: Context) {
  const opened = new Map<string, Promise<NamespaceConnection>>();
  const close = async (connection: Promise<NamespaceConnection>) => {
    await (await connection.catch(() => undefined))?.[Symbol.asyncDispose]();
  };
  const drop = (name: string, connection: Promise<NamespaceConnection>) => {
    if (opened.get(name) === connection) opened.delete(name);
    return close(connection);
  };
  const use = async <T>(
    customer: ConfiguredCustomer,
    work: (connection: NamespaceConnection) => Promise<T>,
  ): Promise<T> => {
    const { name } = customer;
    const before = opened.get(name);
    const connection = before ?? azure.connectAsProvider(customer);
    opened.set(name, connection);
    try {
      return await work(await connection);
    } catch (error) {
      await drop(name, connection);
      // It may have been closed for its silence since it was used last.
      if (before !== undefined && expectedFailure(error).retryable) return use(customer, work);
      throw error;
    }
  };
  return {
    use,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...opened.values()].map(close));
    },
  };
}
