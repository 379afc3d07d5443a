import { wrapText } from "../../cli/output/wrap-text.ts";
import type { View } from "../../cli/run-command.ts";
import type { Page } from "../../cli/terminal/screen.ts";
import type { Topic } from "./help-topic.ts";

const places = [
  "--config <file>, or XTENANT_CONFIG",
  "xtenant.json in the working directory, or in a folder above it",
  "xtenant/xtenant.json in the user's config folder",
];

async function read() {
  const { configKeys } = await import("../../lib/config/config-keys.ts");
  return { topic: "config", places, keys: configKeys() };
}

const columnsOf = (page: Page | undefined) => page?.columns ?? Number.POSITIVE_INFINITY;

const view: View<Awaited<ReturnType<typeof read>>> = ({ keys }, { bold }, page) =>
  [
    "The first of these is the config:",
    ...places.map((place, index) => `  ${index + 1}. ${place}`),
    "",
    wrapText(
      "Its keys (relative paths start from the file's own folder; secrets are referred to, never contained):",
      columnsOf(page),
    ),
    ...keys.map(({ path, shape, description, required, fallback }) => {
      const standing = fallback === undefined ? (required ? "; required" : "") : `; default ${fallback}`;
      const about = `${[shape, description].filter(Boolean).join(": ")}${standing}`;
      return `  ${bold(wrapText(path, columnsOf(page) - 2, "    "))}\n      ${wrapText(about, columnsOf(page) - 6, "      ")}`;
    }),
  ].join("\n");

export const configTopic: Topic = {
  summary: "where the config file is looked for, and every key of it",
  show: (run) => run(read, view)(),
};
