import { Failure } from "../failure.ts";
import type { Terminal } from "./terminal.ts";

/** Asks a person until the answer parses. Where no person is (no terminal, or CI), a Failure names the option to give instead. */
export async function ask<T>(
  { stdin, stderr, env, signal }: Terminal,
  option: string,
  question: string,
  parse: (text: string) => T,
): Promise<T> {
  if (!stdin.isTTY || env.CI)
    throw new Failure("usage", `${option} is missing, and there is no terminal to ask on`, { code: "OptionMissing" });
  const { default: inquirer } = await import("inquirer");
  const prompt = inquirer.createPromptModule({ input: stdin, output: stderr, signal });
  const { answer } = await prompt<{ answer: string }>([
    { type: "input", name: "answer", message: `${question}:`, validate: accepts(parse) },
  ]);
  return parse(answer);
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
