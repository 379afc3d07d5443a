import { Failure } from "../../lib/errors/failure.ts";
import { wrapText } from "../output/wrap-text.ts";
import type { Terminal } from "./terminal.ts";

/** Asks a person until the answer parses. Where no person is (no terminal, or CI), a Failure names the option to give instead. */
export async function ask<T>(
  terminal: Terminal,
  option: string,
  question: string,
  parse: (text: string) => T,
): Promise<T> {
  const prompt = await promptOn(terminal, option);
  const questions = [{ type: "input", name: "answer", message: `${question}:`, validate: accepts(parse) }] as const;
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

/** Asks whether to go on; throws Failure "interrupted" when the answer is no, and "usage" where no person is. */
export async function confirm(terminal: Terminal, option: string, question: string): Promise<void> {
  const prompt = await promptOn(terminal, option);
  // Room for the mark before the question and for the choice after it.
  const message = wrapText(question, (terminal.stderr.columns || 80) - 12, "  ");
  const questions = [{ type: "confirm", name: "sure", message, default: false }] as const;
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

async function promptOn({ stdin, stderr, env, signal }: Terminal, option: string) {
  if (!isInteractive({ stdin, env }))
    throw new Failure("UsageMissingOption", `${option} is missing, and there is no terminal for a prompt`);
  const { default: inquirer } = await import("inquirer");
  return inquirer.createPromptModule({ input: stdin, output: stderr, signal });
}

/** On a terminal in raw mode the prompt sees Ctrl-C itself; no signal is sent. */
function interrupted(error: unknown): never {
  if (!(error instanceof Error) || !/^(?:Exit|Abort)PromptError$/.test(error.name)) throw error;
  throw new Failure("Interrupted", "nothing was changed");
}

const accepts =
  (parse: (text: string) => unknown) =>
  (text: string): true | string => {
    try {
      parse(text);
      return true;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
