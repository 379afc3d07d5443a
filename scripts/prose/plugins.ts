import type { TextlintPluginCreator } from "@textlint/types";
import { paragraphsOfHelp } from "./help.ts";
import { documentOf, type Paragraph } from "./paragraphs.ts";
import { paragraphsOfTypeScript } from "./typescript.ts";

/** A plugin for texts of another kind than Markdown: `find` names the prose in them. */
const pluginOf = (extension: string, find: (text: string) => readonly Paragraph[]): TextlintPluginCreator => ({
  Processor: class {
    availableExtensions() {
      return [extension];
    }
    processor() {
      return {
        preProcess: (text: string) => documentOf(text, find(text)),
        postProcess: (messages: [], filePath = "") => ({ messages, filePath }),
      };
    }
  } as TextlintPluginCreator["Processor"],
});

export const proseInTypeScript = pluginOf(".ts", paragraphsOfTypeScript);
export const proseInHelp = pluginOf(".txt", paragraphsOfHelp);
