import { wrapText } from "../../cli/output/wrap-text.ts";
import type { View } from "../../cli/run-command.ts";
import type { Page } from "../../cli/terminal/screen.ts";
import { defineTopic } from "./help-topic.ts";

const places = [
  "--config <file>, or --context <name>",
  "XTENANT_CONFIG",
  "the context of XTENANT_CONTEXT, or the current one: xtenant context list",
  "xtenant.json in the working directory or a parent folder",
  "xtenant/xtenant.json in XDG_CONFIG_HOME, %APPDATA% or ~/.config",
];

async function read() {
  const { configKeys } = await import("../../lib/entry/config-document.ts");
  return { topic: "config", places, keys: configKeys() };
}

const columnsOf = (page: Page | undefined) => page?.columns ?? Number.POSITIVE_INFINITY;

const view: View<Awaited<ReturnType<typeof read>>> = ({ keys }, { bold }, page) =>
  [
    "The first file found is the config:",
    ...places.map((place, index) => `  ${index + 1}. ${place}`),
    "",
    wrapText(
      "Its keys (relative paths are relative to the config's folder; the config refers to secrets and never contains them):",
      columnsOf(page),
    ),
    ...keys.map(({ path, shape, description, required, alternatives, fallback }) => {
      const need = alternatives ? `; required, or ${alternatives.join(" or ")}` : required ? "; required" : "";
      const standing = fallback === undefined ? need : `; default ${fallback}`;
      const about = `${[shape, description].filter(Boolean).join(": ")}${standing}`;
      return `  ${bold(wrapText(path, columnsOf(page) - 2, "    "))}\n      ${wrapText(about, columnsOf(page) - 6, "      ")}`;
    }),
  ].join("\n");

export const configTopic = defineTopic("where the config file is found, and all its keys", read, view);
