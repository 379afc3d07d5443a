import { formatDefinitions, wrapText } from "../../cli/output/wrap-text.ts";
import type { View } from "../../cli/run-command.ts";
import type { Provenance } from "../../lib/domain/customer.ts";
import { type FailureRecord, failureKinds } from "../../lib/errors/failure.ts";
import type { Topic } from "./help-topic.ts";

const rules = [
  "results go to stdout, one JSON value a line, for a single result and for a stream alike: jq reads both",
  'a failure is one line on stderr: {"error":{…}}; progress is left out with --quiet',
  "the exit code is the same with and without --json",
  "a stream's records carry `type`; dates are ISO 8601 in UTC; what is not known is left out, never null",
  "fields may be added in a minor version; none is renamed or removed before a major one",
];

const about: Readonly<Record<keyof Provenance, string>> = {
  customer: "the Customer's name in the config",
  tenantId: "the Customer's Entra tenant",
  namespace: "host of the Customer's Service Bus namespace",
  queue: "the queue that the message is or was in",
};

const error: Readonly<Record<keyof FailureRecord, string>> = {
  kind: `what the exit code says: ${Object.keys(failureKinds).join(", ")}`,
  code: "the cause's own code, for `xtenant explain`",
  message: "what failed and why",
  detail: "the service's own words, where it said any",
  hint: "what to do next",
  actor: "who must act",
  retryable: "whether the same line may succeed later with nobody acting",
};

const read = async () => ({ topic: "json", rules, record: about, error });

const view: View<Awaited<ReturnType<typeof read>>> = (_topic, _style, page) =>
  [
    ...rules.map((rule) => `* ${wrapText(rule, (page?.columns ?? Number.POSITIVE_INFINITY) - 2, "  ")}`),
    "",
    "Every record about a message has:",
    rows(about, page?.columns),
    "",
    "An error has:",
    rows(error, page?.columns),
  ].join("\n");

const rows = (fields: Readonly<Record<string, string>>, columns: number | undefined) =>
  formatDefinitions(
    Object.entries(fields).map(([name, means]) => [`  ${name}`, means]),
    columns,
  );

export const jsonTopic: Topic = { summary: "what --json promises", show: (run) => run(read, view)() };
