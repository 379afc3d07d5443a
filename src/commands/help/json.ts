import type { PrintedFailure } from "../../cli/output/failure-json.ts";
import { formatDefinitions, wrapText } from "../../cli/output/wrap-text.ts";
import type { View } from "../../cli/run-command.ts";
import type { Provenance } from "../../lib/entry/customers.ts";
import { failureKinds } from "../../lib/entry/errors.ts";
import { defineTopic } from "./help-topic.ts";

const rules = [
  "results are written to stdout, one JSON value per line, for a single result and for a stream",
  'every line on stderr is one JSON value: an error is {"error":{…}}, progress is {"log":{…}}; --quiet omits progress',
  "the exit code is the same with and without --json",
  "records of a stream with several kinds have a `type`; dates are ISO 8601 in UTC; unknown values are omitted, never null",
  "a minor version may add fields; only a major version renames or removes them",
];

const about: Readonly<Record<keyof Provenance, string>> = {
  customer: "name of the customer in the config",
  tenantId: "Entra tenant of the customer",
  namespace: "host name of the customer's Service Bus namespace",
  queue: "queue of the message",
};

const error: Readonly<Record<keyof PrintedFailure, string>> = {
  kind: `the kind of the exit code: ${Object.keys(failureKinds).join(", ")}`,
  code: "one of the codes that `xtenant explain` knows",
  serviceCode: "Azure's own code, where code is another one",
  message: "what failed and why",
  detail: "original message of the service, if any",
  hint: "what to do next",
  actor: "who must act",
  retryable: "whether the same command may succeed later without any action",
  shared: "true where the cause is the provider's own, and the same for every customer",
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

export const jsonTopic = defineTopic("the format of --json", read, view);
