import type { TextlintPluginCreator } from "@textlint/types";
import { paragraphsOfComments } from "./comments.ts";
import { paragraphsOfHelp } from "./help.ts";
import { documentOf, type Paragraph } from "./paragraphs.ts";
import { paragraphsOfTypeScript } from "./typescript.ts";

/** A plugin for texts of another kind than Markdown: `find` names the prose in them. */
const pluginOf = (
  extensions: readonly string[],
  find: (text: string) => readonly Paragraph[],
): TextlintPluginCreator => ({
  Processor: class {
    availableExtensions() {
      return [...extensions];
    }
    processor() {
      return {
        preProcess: (text: string) => documentOf(text, find(text)),
        postProcess: (messages: [], filePath = "") => ({ messages, filePath }),
      };
    }
  } as TextlintPluginCreator["Processor"],
});

export const proseInTypeScript = pluginOf([".ts", ".mjs"], paragraphsOfTypeScript);
export const proseInHelp = pluginOf([".txt"], paragraphsOfHelp);
export const proseInComments = pluginOf([".yml", ".yaml", ".sh", ".py", ".bicep"], paragraphsOfComments);
