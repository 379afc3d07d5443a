import type { JsonValue } from "../../lib/domain/json-value.ts";
import { omitUndefined } from "../../lib/domain/omit-undefined.ts";
import type { Context } from "../context.ts";
import type { PageStart } from "../output/pager.ts";
import type { FailureOf, Produced, Renderer, Run, View } from "../run-command.ts";
import type { Arguments, ArgumentValues, Options, OptionValues } from "./define-option.ts";

/** A line that can be copied into a shell. A test runs each on a sandbox (test/e2e/examples.test.ts). */
export type Example = {
  readonly line: string;
  /** What it does, as a comment above it. */
  readonly what: string;
  /** The exit code where it is not 0: an example may show a refusal. */
  readonly exitCode?: number;
  /** Where it is not a Unix shell's language. */
  readonly shell?: "powershell";
  /** It runs until it is interrupted. */
  readonly goesOn?: true;
};

/** What help shows of a command. */
export type CommandTexts = {
  readonly name: string;
  /** One line for the list of commands. The words of the root have it in the registry, which `--help` loads alone. */
  readonly summary?: string;
  readonly description: string;
  /** Other words for it, as other tools have them: `ls`. */
  readonly aliases?: readonly string[];
  /** The arguments as the first line of help shows them, where one argument has two roles. */
  readonly usage?: string;
  readonly examples: readonly Example[];
  /** What to read next, without the program's name: `help exit-codes`. */
  readonly seeAlso?: readonly string[];
};

type Rendering<A extends Arguments, O extends Options, Result, R> =
  | { readonly render: View<Result>; readonly createRenderer?: undefined }
  | {
      readonly render?: undefined;
      readonly createRenderer: (options: OptionValues<O>, args: ArgumentValues<A>) => Renderer<Result> & R;
    };

type Declaration<A extends Arguments, O extends Options, Result, R> = CommandTexts & {
  readonly arguments?: A;
  readonly options?: O;
  /** Asks a person before anything is drawn. It throws when the answer is no. */
  readonly ask?: (context: Context, args: ArgumentValues<A>, options: OptionValues<O>) => Promise<void>;
  readonly run: (context: Context, args: ArgumentValues<A>, options: OptionValues<O>, renderer: R) => Produced<Result>;
  /** Whether a record that was printed still means that the command failed. */
  readonly failureOf?: FailureOf<Result>;
  /** It may change something, here or at a customer, without --dry-run: the audit trail has it. */
  readonly changes?: true | ((options: OptionValues<O>) => boolean);
  /** People read its results as a whole: a pager shows what is longer than the screen. */
  readonly paged?: PageStart;
  readonly subcommands?: readonly CommandDefinition[];
} & Rendering<A, O, Result, R>;

type Values = Readonly<Record<string, unknown>>;

/** One command as commander, help, completion, the manual page and the debug log read it. */
export type CommandDefinition = CommandTexts & {
  readonly arguments: Arguments;
  readonly options: Options;
  readonly subcommands: readonly CommandDefinition[];
  /** Absent for a group, which only has subcommands. */
  readonly changes?: true | ((options: Values) => boolean);
  readonly perform?: (run: Run, args: Values, options: Values) => Promise<void>;
};

/**
 * Declares a command: the types of its arguments and options are those that `run` receives. TypeScript infers from the top
 * down, so that `createRenderer` comes before `run`.
 */
export function defineCommand<
  Result extends JsonValue,
  R,
  const A extends Arguments = Record<never, never>,
  const O extends Options = Record<never, never>,
>(declaration: Declaration<A, O, Result, R>): CommandDefinition {
  const { run: command, ask, render, createRenderer, failureOf, changes, paged, ...others } = declaration;
  const { subcommands = [], ...texts } = others;
  return {
    ...texts,
    arguments: declaration.arguments ?? {},
    options: declaration.options ?? {},
    subcommands,
    ...(changes === undefined ? {} : { changes: changes as true | ((options: Values) => boolean) }),
    perform: (run, givenArguments, givenOptions) => {
      // The parsers of the same definition have made these values.
      const args = givenArguments as ArgumentValues<A>;
      const options = givenOptions as OptionValues<O>;
      const renderer = createRenderer ? createRenderer(options, args) : ({ onRecord: render } as Renderer<Result> & R);
      return run((context) => command(context, args, options, renderer), renderer, {
        ...omitUndefined({ failureOf, paged }),
        ...(ask && { ask: (context: Context) => ask(context, args, options) }),
        changes:
          givenOptions.dryRun === undefined && (typeof changes === "function" ? changes(options) : changes === true),
      })();
    },
  };
}

/** Declares a word that only has words of its own: `customers`. */
export const defineCommandGroup = (
  declaration: CommandTexts & { readonly subcommands: readonly CommandDefinition[] },
): CommandDefinition => ({ ...declaration, arguments: {}, options: {} });
