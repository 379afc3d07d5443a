import type { View } from "../../lib/cli/run.ts";
import type { Topic } from "./topic.ts";

const places = [
  "--config <file>, or XTENANT_CONFIG",
  "xtenant.json in the working directory, or in a folder above it",
  "xtenant/xtenant.json in the user's config folder",
];

async function read() {
  const { configKeys } = await import("../../lib/tenancy/config-keys.ts");
  return { topic: "config", places, keys: configKeys() };
}

const view: View<Awaited<ReturnType<typeof read>>> = ({ keys }, { bold }) =>
  [
    "The first of these is the config:",
    ...places.map((place, index) => `  ${index + 1}. ${place}`),
    "",
    "Its keys (relative paths start from the file's own folder; secrets are referred to, never contained):",
    ...keys.map(({ path, shape, description, required, fallback }) => {
      const standing = fallback === undefined ? (required ? "; required" : "") : `; default ${fallback}`;
      return `  ${bold(path)}\n      ${[shape, description].filter(Boolean).join(": ")}${standing}`;
    }),
  ].join("\n");

export const configTopic: Topic = {
  summary: "where the config file is looked for, and every key of it",
  show: (run) => run(read, view)(),
};
