/**
 * The events of messages, in the order that the driver observed. The order of `written` and `settled` is exact: the
 * driver reads the destination at the moment when the broker starts to complete a message.
 */
export type HistoryEvent = { readonly customer: string; readonly id: string } & (
  | { readonly what: "attempted"; readonly digest: string }
  /** The next owner of the message confirmed it. An attempt without this event may or may not have worked. */
  | { readonly what: "acknowledged" }
  /** It is at its destination. */
  | { readonly what: "written"; readonly digest: string }
  /** The broker was asked to complete it. */
  | { readonly what: "settled" }
);

export type Expectations = {
  /** A run that processed fewer messages proves nothing. */
  readonly minimum: number;
  /**
   * The number of messages that may arrive twice. None, unless a process was killed or a connection was cut. Then at
   * most the messages in flight.
   */
  readonly duplicatesAtMost: number;
  /**
   * The number of messages that may be written to a pipe and not yet read when they are settled. None, unless the
   * reader was stopped.
   */
  readonly unreadAtMost?: number;
  /** Ids that are still in the broker, for the report. */
  readonly left?: ReadonlySet<string>;
  /** Milliseconds from the end of the last fault to the first message that was sent after it, and the limit. */
  readonly healed?: { readonly after: number; readonly atMost: number };
};

export type Verdict = {
  readonly attempted: number;
  readonly written: number;
  /** Acknowledged, but never at the destination. */
  readonly lost: readonly string[];
  /** At the destination, but never attempted. */
  readonly unexpected: readonly string[];
  /** At the destination more than once, with the total count. */
  readonly duplicated: readonly string[];
  /** Never acknowledged, but at the destination: allowed, and counted. */
  readonly recovered: readonly string[];
  readonly corrupted: readonly string[];
  readonly crossTenant: readonly string[];
  readonly settledBeforeWritten: readonly string[];
  /** Why the run failed, in words. Undefined when it passed. */
  readonly problems: readonly string[];
};

type Of<What extends HistoryEvent["what"]> = Extract<HistoryEvent, { readonly what: What }>;

/**
 * Evaluates a run like Jepsen's total-queue. Also checks the customer of each message and the time of its settlement.
 * Pure.
 */
export function check(history: readonly HistoryEvent[], expected: Expectations): Verdict {
  const of = <What extends HistoryEvent["what"]>(what: What) =>
    history.filter((event): event is Of<What> => event.what === what);
  const attempts = new Map(of("attempted").map((event) => [event.id, event]));
  const acknowledged = new Set(of("acknowledged").map(({ id }) => id));
  const written = of("written");
  const copies = Map.groupBy(written, ({ id }) => id);

  const lost = [...acknowledged].filter((id) => !copies.has(id));
  const unexpected = [...copies.keys()].filter((id) => !attempts.has(id));
  const extra = [...copies.values()].reduce((sum, all) => sum + all.length - 1, 0);
  const duplicated = [...copies].filter(([, all]) => all.length > 1).map(([id]) => id);
  const recovered = [...copies.keys()].filter((id) => attempts.has(id) && !acknowledged.has(id));
  const differs = (is: (attempt: Of<"attempted">, event: Of<"written">) => boolean) =>
    written.filter((event) => {
      const attempt = attempts.get(event.id);
      return attempt !== undefined && is(attempt, event);
    });
  const ids = (events: readonly { readonly id: string }[]) => [...new Set(events.map(({ id }) => id))];
  const corrupted = ids(differs((attempt, event) => attempt.digest !== event.digest));
  const crossTenant = ids(differs((attempt, event) => attempt.customer !== event.customer));
  const settledBeforeWritten = settledTooEarly(history);

  const { minimum, duplicatesAtMost, unreadAtMost = 0, left = new Set(), healed } = expected;
  const whereLost = (id: string) =>
    left.has(id) ? "still in the broker" : settledBeforeWritten.includes(id) ? "settled unwritten" : "gone";
  const problems = [
    ...some("lost", lost, whereLost),
    ...some("unexpected", unexpected),
    ...some("corrupted", corrupted),
    ...some("at another customer's", crossTenant),
    ...(settledBeforeWritten.length > unreadAtMost ? some("settled before written", settledBeforeWritten) : []),
    ...(extra > duplicatesAtMost ? [`${extra} duplicates, allowed are ${duplicatesAtMost}`] : []),
    ...(written.length < minimum
      ? [`only ${written.length} messages were processed; at least ${minimum} are required`]
      : []),
    ...(healed && healed.after > healed.atMost
      ? [`recovered ${Math.round(healed.after)} ms after the fault, allowed are ${healed.atMost}`]
      : []),
  ];
  const counts = { attempted: attempts.size, written: written.length };
  return { ...counts, lost, unexpected, duplicated, recovered, corrupted, crossTenant, settledBeforeWritten, problems };
}

/** Stricter than lost: also finds a message that was at risk but arrived. */
function settledTooEarly(history: readonly HistoryEvent[]): readonly string[] {
  const seen = new Set<string>();
  const early = new Set<string>();
  for (const { what, id } of history) {
    if (what === "written") seen.add(id);
    if (what === "settled" && !seen.has(id)) early.add(id);
  }
  return [...early];
}

const some = (what: string, ids: readonly string[], about: (id: string) => string = () => "") =>
  ids.length === 0
    ? []
    : [
        `${ids.length} ${what}: ${ids
          .slice(0, 5)
          .map((id) => [id, about(id)].filter(Boolean).join(" "))
          .join(", ")}${ids.length > 5 ? ", …" : ""}`,
      ];

/** Throws with all failures and the seed that reproduces them. */
export function demand(failureOf: Verdict, seed: number): Verdict {
  if (failureOf.problems.length > 0) throw new Error(`seed ${seed}: ${failureOf.problems.join("; ")}`);
  return failureOf;
}
