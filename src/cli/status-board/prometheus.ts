import type { CustomerState, QueueState } from "../../lib/status/customer-state.ts";
import type { Renderer } from "../run-command.ts";
import type { BoardEvent } from "./board-table.ts";

type Labels = Readonly<Record<string, string>>;
type Sample = { readonly labels: Labels; readonly value: number };
type Metric = {
  readonly name: string;
  readonly help: string;
  readonly of: (state: CustomerState) => readonly Sample[];
};

const yes = (is: boolean) => (is ? 1 : 0);
const plain = (value: number | undefined): readonly Sample[] => (value === undefined ? [] : [{ labels: {}, value }]);

const metrics: readonly Metric[] = [
  {
    name: "xtenant_customer_up",
    help: "1 when nothing of the customer is critical; absent when the provider itself failed.",
    of: ({ level }) => plain(level === "unknown" ? undefined : yes(level !== "critical")),
  },
  {
    name: "xtenant_customer_consent",
    help: "1 when the customer's tenant issues tokens for the app.",
    of: ({ consent }) => plain(consent === "unknown" ? undefined : yes(consent === "given")),
  },
  {
    name: "xtenant_customer_claim",
    help: "1 when a link proved that the app holds the claim.",
    of: ({ claims }) =>
      Object.entries(claims)
        .filter(([, state]) => state !== "unknown")
        .map(([claim, state]) => ({ labels: { claim }, value: yes(state === "held") })),
  },
  {
    name: "xtenant_queue_messages",
    help: "Messages in a queue.",
    of: ({ commands, statuses }) => [...depths("command", commands), ...depths("status", statuses)],
  },
  {
    name: "xtenant_oldest_status_age_seconds",
    help: "How long the oldest status has waited; 0 when none waits.",
    of: ({ at, oldestStatusAt, claims }) =>
      claims.listen === "held"
        ? plain(oldestStatusAt === undefined ? 0 : Math.max(0, (Date.parse(at) - Date.parse(oldestStatusAt)) / 1_000))
        : [],
  },
  {
    name: "xtenant_round_trip_seconds",
    help: "From a ping to its answer.",
    of: ({ roundTrip }) => plain(roundTrip?.outcome === "answered" ? roundTrip.milliseconds / 1_000 : undefined),
  },
  {
    name: "xtenant_credential_days_left",
    help: "Days until what proves the app ends.",
    of: ({ credentialDaysLeft }) => plain(credentialDaysLeft),
  },
];

function depths(role: string, queue: QueueState): readonly Sample[] {
  if (queue.counts === "unknown") return [];
  const labels = { role, queue: queue.queue, counts: queue.counts };
  return [
    { labels: { ...labels, state: "active" }, value: queue.active },
    { labels: { ...labels, state: "dead_letter" }, value: queue.deadLetter },
    { labels: { ...labels, state: "scheduled" }, value: queue.scheduled },
  ];
}

/** All figures at once, in the text that Prometheus reads (exposition format 0.0.4), for a textfile collector or a push gateway. */
export function prometheusRenderer(): Renderer<BoardEvent> {
  const states: CustomerState[] = [];
  let isComplete = false;
  return {
    onRecord: (event) => {
      if (event.type === "customer") states.push(event);
      else isComplete = true;
      return "";
    },
    onEnd: () => (isComplete ? metrics.flatMap((metric) => exposed(metric, states)).join("\n") : ""),
  };
}

function exposed({ name, help, of }: Metric, states: readonly CustomerState[]): readonly string[] {
  const samples = states.flatMap((state) =>
    of(state).map(({ labels, value }) => {
      const { customer, namespace } = state;
      return `${name}{${labelled({ customer, namespace, ...labels })}} ${value}`;
    }),
  );
  return samples.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...samples];
}

const labelled = (labels: Labels) =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(",");

const escaped = (value: string) => value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
