import { clients, currentAz, type OfficialClient } from "./official.ts";
import { refusals, story } from "./story.ts";

const languages: Readonly<Record<string, string>> = {
  python: "Python",
  go: "Go",
  java: "Java",
  javascript: "JavaScript",
};

/** Every operation of the story, in its order. */
export const operations: readonly string[] = [...Object.keys(story), "missing queue", "exchange"];

const row = (...cells: readonly string[]) => `| ${cells.join(" | ")} |`;

const storyRow = ({ name, packages }: OfficialClient) =>
  row(
    languages[name] ?? name,
    packages.join(", "),
    "the story",
    `as expected; a missing queue is \`${refusals[name]}\``,
  );

/** What does not run the story, and why. */
const others: readonly string[] = [
  row(
    "Azure CLI",
    currentAz.packages.join(", "),
    "sign in; service principals, apps, federated credentials and secrets; role assignments; queues",
    "as expected; access keys and rules of queues are refused",
  ),
  row(
    "Azure CLI of Debian 12",
    "azure-cli 2.45",
    "sign in; service principals; `az rest`; namespaces and queues",
    "as expected; its own `az role` fails before it sends a request",
  ),
  row(
    "Python of Debian 12",
    "azure-servicebus 7.8 (uamqp)",
    "messages, sessions and administration; queues and roles in Resource Manager",
    "as expected",
  ),
  row(
    "Rust",
    "azure_messaging_servicebus 0.21.0",
    "none",
    "not run: it uses REST with shared access keys only, and the sandbox has neither",
  ),
];

/** The table of `sandbox/README.md`: clients, versions, operations, results. The tests beside this file check each result. */
export const matrix = (): string =>
  [
    row("client", "version", "operations", "result"),
    row("---", "---", "---", "---"),
    ...clients.map(storyRow),
    ...others,
  ].join("\n");
