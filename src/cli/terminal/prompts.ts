import { Failure } from "../../lib/errors/failure.ts";
import { wrapText } from "../output/wrap-text.ts";
import type { Terminal } from "./terminal.ts";

/** Asks a person until the answer parses and passes the check, whose failure is shown below the question. Where no person is (no terminal, or CI), a Failure names the option to give instead. */
export async function ask<T>(
  terminal: Terminal,
  option: string,
  question: string,
  parse: (text: string) => T,
  check: (value: T) => Promise<unknown> = async () => {},
): Promise<T> {
  const prompt = await promptOn(terminal, option);
  const questions = [
    { type: "input", name: "answer", message: `${question}:`, validate: accepts(parse, check) },
  ] as const;
  const { answer } = await prompt<{ answer: string }>(questions).catch(interrupted);
  return parse(answer);
}

export type Choice<Value extends string> = { readonly value: Value; readonly name: string };

/** Has a person choose, the first choice being the usual one; fails as `ask` does where no person is. */
export async function choose<Value extends string>(
  terminal: Terminal,
  option: string,
  question: string,
  choices: readonly Choice<Value>[],
): Promise<Value> {
  const prompt = await promptOn(terminal, option);
  const questions = [{ type: "select", name: "answer", message: `${question}:`, choices }] as const;
  const { answer } = await prompt<{ answer: string }>(questions).catch(interrupted);
  const chosen = choices.find(({ value }) => value === answer);
  if (chosen === undefined) throw new Error(`${answer} was not among the choices`);
  return chosen.value;
}

/** The value of the entry that ends the list. Names are not empty. */
const done = "";

/**
 * Has a person pick one value of a list that can be searched, or several, each once. Throws Failure "interrupted" when the
 * person stops.
 */
export async function pick(
  terminal: Terminal,
  question: string,
  choices: readonly Choice<string>[],
  { several }: { readonly several: boolean },
): Promise<readonly string[]> {
  const prompt = await promptOn(terminal, question);
  const picked: string[] = [];
  while (picked.length < choices.length) {
    const source = async (term = "") => {
      const wanted = term.trim().toLowerCase();
      const left = choices.filter(({ value, name }) => !picked.includes(value) && name.toLowerCase().includes(wanted));
      const end = { value: done, name: `done: ${picked.join(", ")}` };
      return picked.length > 0 && wanted === "" ? [end, ...left] : left;
    };
    const message = picked.length === 0 ? `${question} (type to search):` : "Another, or done:";
    const questions = [{ type: "search", name: "answer", message, source, pageSize: 10 }] as const;
    const { answer } = await prompt<{ answer: string }>(questions).catch(interrupted);
    if (answer === done) break;
    picked.push(answer);
    if (!several) break;
  }
  return picked;
}

/** Asks whether to go on; throws Failure "interrupted" when the answer is no, and "usage" where no person is. */
export async function confirm(
  terminal: Terminal,
  option: string,
  question: string,
  { usual = false }: { readonly usual?: boolean } = {},
): Promise<void> {
  const prompt = await promptOn(terminal, option, question);
  // Room for the mark before the question and for the choice after it.
  const message = wrapText(question, (terminal.stderr.columns || 80) - 12, "  ");
  const questions = [{ type: "confirm", name: "sure", message, default: usual }] as const;
  const { sure } = await prompt<{ sure: boolean }>(questions).catch(interrupted);
  if (!sure) throw new Failure("NotConfirmed", "nothing was changed");
}

/** Waits until a person presses Enter; does not wait where no person is. */
export async function pause(terminal: Terminal, message: string): Promise<void> {
  if (!isInteractive(terminal)) return;
  const prompt = await promptOn(terminal, "a terminal");
  await prompt([{ type: "input", name: "answer", message }] as const).catch(interrupted);
}

/** A terminal with nobody in CI behind it. */
export const isInteractive = ({ stdin, env }: Pick<Terminal, "stdin" | "env">): boolean =>
  stdin.isTTY === true && !env.CI;

async function promptOn({ stdin, stderr, env, signal }: Terminal, option: string, question?: string) {
  if (!isInteractive({ stdin, env })) {
    const asked = question === undefined ? "a prompt" : `this question: ${question}`;
    throw new Failure("UsageMissingOption", `${option} is missing, and there is no terminal for ${asked}`);
  }
  const { default: inquirer } = await import("inquirer");
  return inquirer.createPromptModule({ input: stdin, output: stderr, signal });
}

/** On a terminal in raw mode the prompt sees Ctrl-C itself; no signal is sent. */
function interrupted(error: unknown): never {
  if (!(error instanceof Error) || !/^(?:Exit|Abort)PromptError$/.test(error.name)) throw error;
  throw new Failure("Interrupted", "nothing was changed");
}

const accepts =
  <T>(parse: (text: string) => T, check: (value: T) => Promise<unknown>) =>
  async (text: string): Promise<true | string> => {
    try {
      await check(parse(text));
      return true;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
