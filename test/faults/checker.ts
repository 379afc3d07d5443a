/**
 * What happened to messages, in order, as the driver saw it. The order of `written` and `settled` is that of the world: the
 * driver looks at the destination at the very moment at which the broker is told to forget a message.
 */
export type HistoryEvent = { readonly customer: string; readonly id: string } & (
  | { readonly what: "attempted"; readonly digest: string }
  /** Whoever then answers for the message said so; an attempt without it may or may not have worked. */
  | { readonly what: "acknowledged" }
  /** It is at its destination. */
  | { readonly what: "written"; readonly digest: string }
  /** The broker was told to forget it. */
  | { readonly what: "settled" }
);

export type Expectations = {
  /** A run that moved less proves nothing. */
  readonly minimum: number;
  /** How many may arrive twice: none unless something was killed or cut, then at most what was in flight. */
  readonly duplicatesAtMost: number;
  /** How many may be in a pipe, written and not yet read, when they are settled; none unless the reader was stopped. */
  readonly unreadAtMost?: number;
  /** Ids still in the broker, for the blame. */
  readonly left?: ReadonlySet<string>;
  /** Milliseconds from the end of the last fault to the first message sent after it, and what is allowed. */
  readonly healed?: { readonly after: number; readonly atMost: number };
};

export type Verdict = {
  readonly attempted: number;
  readonly written: number;
  /** Acknowledged, and never at the destination. */
  readonly lost: readonly string[];
  /** At the destination, and never attempted. */
  readonly unexpected: readonly string[];
  /** At the destination more than once, with how often in all. */
  readonly duplicated: readonly string[];
  /** Never acknowledged, and at the destination all the same: allowed, and counted. */
  readonly recovered: readonly string[];
  readonly corrupted: readonly string[];
  readonly crossTenant: readonly string[];
  readonly settledBeforeWritten: readonly string[];
  /** What the run failed by, in words; none when all is well. */
  readonly problems: readonly string[];
};

type Of<What extends HistoryEvent["what"]> = Extract<HistoryEvent, { readonly what: What }>;

/** Judges a run as Jepsen's total-queue does, with whose message it was and when it was settled on top (reliability §2). Pure. */
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
    ...some("at another Customer's", crossTenant),
    ...(settledBeforeWritten.length > unreadAtMost ? some("settled before written", settledBeforeWritten) : []),
    ...(extra > duplicatesAtMost ? [`${extra} duplicates, allowed are ${duplicatesAtMost}`] : []),
    ...(written.length < minimum ? [`only ${written.length} messages moved: fewer than ${minimum} prove nothing`] : []),
    ...(healed && healed.after > healed.atMost
      ? [`not alive again until ${Math.round(healed.after)} ms after the fault, allowed are ${healed.atMost}`]
      : []),
  ];
  const counts = { attempted: attempts.size, written: written.length };
  return { ...counts, lost, unexpected, duplicated, recovered, corrupted, crossTenant, settledBeforeWritten, problems };
}

/** Stronger than lost: it tells of a message that was at risk even when nothing happened to it. */
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

/** Throws with everything that is wrong, and with the seed that shows it again. */
export function demand(failureOf: Verdict, seed: number): Verdict {
  if (failureOf.problems.length > 0) throw new Error(`seed ${seed}: ${failureOf.problems.join("; ")}`);
  return failureOf;
}
