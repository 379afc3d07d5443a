import { setTimeout as sleep } from "node:timers/promises";
import { aggregateFailure } from "../concurrency/aggregate-failure.ts";
import { forEachCustomer } from "../concurrency/for-each-customer.ts";
import type { Customer } from "../domain/customer.ts";
import { provenanceOf } from "../domain/customer.ts";
import { draftOf } from "../domain/message-line.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import { expectedFailure, Failure, failureFromRecord, failureRecord } from "../errors/failure.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { bodySource } from "../send/message-source.ts";
import { createRateLimiter } from "../send/rate-limiter.ts";
import { type FilledCommand, openAnswer, requireAnswer } from "../send/saved-command.ts";
import { type SendPlan, type SentRecord, sendToCustomer, type UnknownRecord } from "../send/send-to-customer.ts";
import { prepareStatusWait, requireSuccess, type StatusRecord } from "../send/wait-for-status.ts";
import {
  type CustomerProgress,
  isToSend,
  progressOf,
  type Rollout,
  type RolloutBegin,
  type RolloutEnd,
  type RolloutEntry,
} from "./rollout-entry.ts";
import type { RolloutJournal } from "./rollout-file.ts";
import { type RolloutFailed, type RolloutSummary, rolloutWord, summarize } from "./rollout-summary.ts";

export type RolloutRecord = RolloutSummary | SentRecord | UnknownRecord | StatusRecord | RolloutFailed;

type RunOptions = {
  /** The customers for which something is left to do. */
  readonly customers: readonly Customer[];
  readonly journal: RolloutJournal;
  readonly by: { readonly user: string; readonly host: string };
  /** Sends again, with the same id, where it is unknown whether the command was sent. */
  readonly resendUnknown?: true;
};

/** How long the longest reason of a customer is in the result file. */
const longestDetail = 200;

/**
 * Does the rest of a rollout: sends to customers that were not sent to, and waits for the statuses of the others. Each command is in the
 * result file before it leaves. After a kill, no command is sent twice without notice.
 */
export async function* runRollout(
  { azure, signal }: Pick<UseCaseContext, "azure" | "signal">,
  rollout: Rollout,
  options: RunOptions,
): AsyncGenerator<RolloutRecord> {
  const { begin, stoppedRun } = rollout;
  const { journal, customers } = options;
  const { plan, id } = begin;
  const word = rolloutWord({ id, file: rollout.file });
  const run = rollout.runs + 1;
  const progress = new Map(rollout.customers);
  const names = begin.customers.map(({ customer }) => customer);
  const hasFailed = (some: readonly string[]) =>
    some.some((name) => {
      const one = progress.get(name);
      if (one === undefined || !isFailure(one)) return false;
      // What an earlier run did not reach is tried again now. A stop has been seen by an operator.
      return one.run === run || (one.state === "failed" && one.run > stoppedRun);
    });
  const isStopped = () => plan.stopOnFailure === true && hasFailed(names);
  const halt = new AbortController();
  const write = async (...entries: readonly RolloutEntry[]) => {
    await journal.write(...entries);
    for (const entry of entries)
      if ("customer" in entry && entry.rollout !== "message") progress.set(entry.customer, progressOf(entry, run));
    if (isStopped()) halt.abort();
  };
  await write({ rollout: "run", at: now(), ...options.by });
  yield summarize(rollout, progress, "running");
  const first = names.slice(0, plan.first ?? 0);
  const stages = [first, names.slice(first.length)].filter((stage) => stage.length > 0);
  const answer = begin.answer && { name: begin.answer.name, answer: await openAnswer(begin.answer.schema) };
  let state: RolloutEnd = "done";
  for (const stage of stages) {
    const work = workOn({ azure, signal }, rollout, { ...options, progress, write, halt: halt.signal, answer });
    const open = customers.filter(({ name }) => stage.includes(name) && isOpenState(progress.get(name)));
    yield* forEachCustomer(open, work, { signal });
    if (signal.aborted) state = "interrupted";
    else if (hasPending(progress) && (isStopped() || hasFailed(stage))) state = "stopped";
    if (state !== "done") break;
  }
  await write({ rollout: "end", at: now(), state });
  yield* earlierFailures(begin, progress, run);
  yield summarize(rollout, progress, state);
  const failure = failureOf(word, state, progress);
  if (failure) throw failure;
}

const now = () => new Date().toISOString();

/** What failed in a run before this one and still counts as failed: the end of a run names every failure. */
const earlierFailures = (
  { id, customers }: RolloutBegin,
  progress: ReadonlyMap<string, CustomerProgress>,
  run: number,
): readonly RolloutFailed[] =>
  customers.flatMap((destination) => {
    const one = progress.get(destination.customer);
    if (one?.error === undefined || one.run === run) return [];
    const { state } = one;
    if (state === "pending" || state === "sent" || state === "answered") return [];
    const error = failureRecord(failureFromRecord(one.error));
    return [{ type: "failed", ...destination, messageId: id, state, error, earlier: true }];
  });

/** Customers for which something can be done: to send, or to wait. */
const isOpenState = (progress: CustomerProgress | undefined) =>
  progress !== undefined && ["pending", "refused", "sent", "unknown", "silent"].includes(progress.state);
/** The names of the customers for which a run would do something. */
export const openCustomers = ({ customers }: Pick<Rollout, "customers">): readonly string[] =>
  [...customers].filter(([, progress]) => isOpenState(progress)).map(([name]) => name);

/** A process that was killed leaves an unknown state without an error. */
const isFailure = ({ state, error }: CustomerProgress) =>
  ["refused", "failed", "silent"].includes(state) || (state === "unknown" && error !== undefined);
const hasPending = (progress: ReadonlyMap<string, CustomerProgress>) =>
  [...progress.values()].some(({ state }) => state === "pending");

type Work = RunOptions & {
  readonly progress: ReadonlyMap<string, CustomerProgress>;
  readonly write: (...entries: readonly RolloutEntry[]) => Promise<void>;
  /** Aborts when nobody else must be sent to. */
  readonly halt: AbortSignal;
  readonly answer: Pick<FilledCommand, "name" | "answer"> | undefined;
};

type WorkRecord = SentRecord | UnknownRecord | StatusRecord | RolloutFailed;

/** The work on one customer. It fails only when the file cannot be written: other failures are lines of the file, and records. */
function workOn({ azure }: Pick<UseCaseContext, "azure" | "signal">, { begin, messages, file }: Rollout, work: Work) {
  const { progress, write, halt, resendUnknown, answer } = work;
  const { id: commandId, plan } = begin;
  const word = rolloutWord({ id: commandId, file });
  const { perSecond } = plan;
  const beforeConnection = perSecond === undefined ? () => 0 : createRateLimiter(perSecond);
  // A slow connection must not let the commands behind it leave together.
  const beforeSending = perSecond === undefined ? () => 0 : createRateLimiter(perSecond, { spaced: true });
  return async function* (customer: Customer, signal: AbortSignal, leave: () => void): AsyncGenerator<WorkRecord> {
    const { name } = customer;
    const before = progress.get(name)?.state;
    const sends = isToSend(progress.get(name), resendUnknown);
    const noMore = AbortSignal.any([signal, halt]);
    const isOver = () => (sends ? noMore.aborted : signal.aborted);
    if (sends && !isOver()) await sleep(beforeConnection(), undefined, { signal: noMore }).catch(() => {});
    if (isOver()) return;
    /** What a failure means for the customer at this point. */
    let meaning: RolloutFailed["state"] = before === "unknown" ? "unknown" : sends ? "refused" : "silent";
    try {
      await using connection = await azure.connectAsProvider(customer);
      const statusOf = prepareStatusWait(connection, customer);
      if (sends) {
        // The link opens first: what fails until then was certainly not sent.
        await (await connection.sender("command")).maxMessageBytes();
        await sleep(beforeSending(), undefined, { signal: noMore }).catch(() => {});
        if (isOver()) return;
        await write({ rollout: "sending", customer: name, at: now() });
        const message = planOf(begin.message ?? messages.get(name));
        const sending = sendToCustomer(connection, customer, { plan: message, queue: "command", signal });
        let step = await sending.next();
        for (; !step.done; step = await sending.next()) {
          if (step.value.type !== "unknown") continue;
          meaning = "unknown";
          yield step.value;
        }
        // Ctrl-C came before the command left.
        if (step.value.messages === 0) {
          if (before !== "unknown") await write({ rollout: "unsent", customer: name, at: now() });
          return;
        }
        await write({ rollout: "sent", customer: name, at: now() });
        yield step.value;
      }
      leave();
      meaning = !sends && before === "unknown" ? "unknown" : "silent";
      const { timeout, correlate } = plan;
      const deadline = performance.now() + timeout;
      const status = await statusOf({
        commandId,
        ...omitUndefined({ correlate }),
        milliseconds: timeout,
        deadline,
        signal,
      });
      const failure = failureOfStatus(status, answer);
      if (failure === undefined) await write({ rollout: "answered", customer: name, at: now() });
      yield status;
      meaning = "failed";
      if (failure) throw failure;
    } catch (error) {
      if (signal.aborted) return;
      const failure = expectedFailure(error);
      if (failure.code === "OutputFailed" || failure.code === "OutputUnusable") throw failure;
      const remedy = failure.kind === "reported" ? "RolloutFailed" : failure.remedy;
      const record = failureRecord(failure.with({ remedy, params: { ...failure.params, name: word } }));
      await write({ rollout: meaning, customer: name, at: now(), error: record });
      yield {
        type: "failed",
        ...provenanceOf(customer, "command"),
        messageId: commandId,
        state: meaning,
        error: record,
      };
    }
  };
}

const planOf = (message: unknown): SendPlan => ({
  source: bodySource(draftOf(message), 1, { template: false, contract: () => [] }),
});

/** The customer's own reason is the cause, so that customers with the same reason are one group. */
function failureOfStatus(status: StatusRecord, answer: Work["answer"]): Failure | undefined {
  try {
    requireSuccess(status);
    if (answer) requireAnswer(answer, status);
    return undefined;
  } catch (error) {
    const failure = expectedFailure(error);
    const { detail = "no reason given" } = failure;
    const reason = detail.length > longestDetail ? `${detail.slice(0, longestDetail)}…` : detail;
    const said =
      failure.code === "CommandFailed" ? `the customer reports a failure: ${reason}` : `${failure.message}: ${reason}`;
    return failure.with({ message: said, detail: undefined });
  }
}

/** How the run ends: stopped, or as work over many customers does. */
function failureOf(
  word: string,
  state: RolloutEnd,
  progress: ReadonlyMap<string, CustomerProgress>,
): Failure | undefined {
  if (state === "interrupted") return undefined;
  const all = [...progress.values()];
  const failures = all
    .filter((one) => isFailure(one))
    .map(({ error }) => (error ? failureFromRecord(error) : new Failure("NoStatus")));
  if (state === "stopped") {
    const pending = all.filter((one) => one.state === "pending").length;
    return new Failure(
      "RolloutStopped",
      `the rollout stopped: ${failures.length} failed, ${pending} of ${all.length} customers were not sent to`,
      { params: { name: word } },
    );
  }
  return aggregateFailure(failures, all.length)?.with({ remedy: "RolloutFailed", params: { name: word } });
}
