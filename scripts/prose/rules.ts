import type { TxtNode, TxtParentNode } from "@textlint/ast-node-types";
import type { TextlintRuleContext, TextlintRuleModule } from "@textlint/types";
import { type BannedWord, bannedWords, capitalisedRoles, quoted } from "./banned-words.ts";
import { type RunningText, runningTextOf } from "./running-text.ts";

const longestSentence = 30;

const sentences = new Intl.Segmenter("en", { granularity: "sentence" });
const words = new Intl.Segmenter("en", { granularity: "word" });

/** Calls `check` for every paragraph, heading and table cell. */
function forEachText(context: TextlintRuleContext, check: (text: RunningText, report: Report) => void) {
  const { Syntax, RuleError, report, locator } = context;
  const visit = (node: TxtNode) => {
    const running = runningTextOf(node as TxtParentNode);
    check(running, (message, index) => {
      const padding = locator.at(running.offsetAt(index) - node.range[0]);
      report(node, new RuleError(message, { padding }));
    });
  };
  return { [Syntax.Paragraph]: visit, [Syntax.Header]: visit, [Syntax.TableCell]: visit };
}

type Report = (message: string, index: number) => void;

const withoutQuotes = (text: string) =>
  quoted.reduce((rest, one) => rest.replaceAll(one, " ".repeat(one.length)), text);

const findWords =
  (banned: readonly BannedWord[]): TextlintRuleModule =>
  (context) =>
    forEachText(context, ({ text }, report) => {
      for (const { pattern, instead } of banned)
        for (const { 0: found, index } of withoutQuotes(text).matchAll(pattern))
          report(`'${found.replace(/\s+/g, " ")}' is not used here; write: ${instead}`, index);
    });

const shortSentences: TextlintRuleModule = (context) =>
  forEachText(context, ({ text }, report) => {
    for (const { segment, index } of sentences.segment(text.replaceAll("\n", " "))) {
      const count = [...words.segment(segment)].filter(({ isWordLike }) => isWordLike).length;
      if (count > longestSentence) report(`a sentence of ${count} words; at most ${longestSentence}`, index);
    }
  });

/**
 * Lines of Markdown are as short as `.editorconfig` says. Tables, code, HTML and a word that cannot be broken (an address) may be
 * longer: Markdown has no way to continue them on the next line.
 */
const shortLines =
  (longest: number): TextlintRuleModule =>
  (context) => {
    const { Syntax, RuleError, report, locator, getSource } = context;
    const free: (readonly [number, number])[] = [];
    const leaveOut = (node: TxtNode) => void free.push(node.range);
    return {
      [Syntax.Table]: leaveOut,
      [Syntax.CodeBlock]: leaveOut,
      [Syntax.Html]: leaveOut,
      [Syntax.DocumentExit](node: TxtNode) {
        let start = 0;
        for (const line of getSource(node).split("\n")) {
          const from = start;
          start += line.length + 1;
          const isBreakable = /\S\s/.test(line.slice(0, longest).replace(/^\s*(?:[-*>]|\d+\.)\s+/, ""));
          if (line.length <= longest || !isBreakable) continue;
          if (free.some(([first, last]) => from < last && start > first)) continue;
          const padding = locator.at(from);
          report(node, new RuleError(`a line of ${line.length} characters; at most ${longest}`, { padding }));
        }
      },
    };
  };

/** A formatter keeps the lines of sources short; help is as wide as its terminal. */
export const proseRules = (extension: string, longestLine: number) => [
  { ruleId: "banned-words", rule: findWords(bannedWords) },
  { ruleId: "lower-case-roles", rule: findWords([capitalisedRoles]) },
  { ruleId: "sentence-length", rule: shortSentences },
  ...(extension === ".md" ? [{ ruleId: "line-length", rule: shortLines(longestLine) }] : []),
];
