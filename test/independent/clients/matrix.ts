import { clients, type OfficialClient } from "./official.ts";
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
