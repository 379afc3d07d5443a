/** What a shell completes in the place of a value. */
export type CompletionSource =
  | "customer"
  | "context"
  | "context-or-sandbox"
  | "tag"
  | "file"
  | "code"
  | "topic"
  | "saved-command"
  | "field";

type ValueDefinition = {
  readonly description: string;
  /** Throws an error whose message names what was expected. Without it the value stays text. */
  readonly parse?: (text: string) => unknown;
  readonly choices?: readonly string[];
  /** A path, which is resolved against the working directory of the terminal. */
  readonly path?: true;
  readonly complete?: CompletionSource;
  /**
   * Whether `--debug` replaces the value by its length. Free text is sensitive unless this is false; a value with a parser,
   * choices, a path or a completion is not, unless this is true.
   */
  readonly sensitive?: boolean;
};

export type OptionDefinition = ValueDefinition & {
  /** As help shows them: `-n, --max <count>`. */
  readonly flags: string;
  /** The heading under which help lists it. */
  readonly group?: string;
  readonly default?: unknown;
  /** How help shows the default, where it is not shown as it is. */
  readonly defaultText?: string;
  readonly required?: true;
  /** It still works, and help shows another one. */
  readonly hidden?: true;
  /** Every use of the option adds a value. */
  readonly repeatable?: true;
  /** The value is a program with its arguments: all words after the option, or after `--`. */
  readonly program?: true;
};

export type ArgumentDefinition = ValueDefinition & {
  /** The name in help, where it is not the key. */
  readonly placeholder?: string;
  readonly optional?: true;
  /** Takes all words that follow. */
  readonly variadic?: true;
  /** One word may contain several values: `acme,fabrikam`. */
  readonly commaSeparated?: true;
  /** Where it is missing at a terminal, a person picks it: when one of these options is given, and none of those. */
  readonly pick?: { readonly with?: readonly string[]; readonly without?: readonly string[] };
  /** Divides the words of a variadic argument into those that `--debug` shows and those that it hides. */
  readonly divide?: (words: readonly string[], options: Readonly<Record<string, unknown>>) => DividedWords;
};

export type DividedWords = { readonly shown: readonly string[]; readonly hidden: readonly string[] };

export type Options = Readonly<Record<string, OptionDefinition>>;
export type Arguments = Readonly<Record<string, ArgumentDefinition>>;

type Parsed<D extends ValueDefinition> = D extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : D extends { readonly parse: (text: string) => infer Value }
    ? Value
    : string;

type Collected<D extends OptionDefinition> = D extends
  | { readonly repeatable: true }
  | { readonly flags: `${string}...${string}` }
  ? readonly Parsed<D>[]
  : Parsed<D>;

type Given<D extends OptionDefinition> = D["flags"] extends `${string}<${string}`
  ? Collected<D>
  : D["flags"] extends `${string}[${string}`
    ? Collected<D> | true
    : true;

type OptionValue<D extends OptionDefinition> = D["flags"] extends `--no-${string}`
  ? boolean
  : D extends { readonly default: unknown } | { readonly required: true }
    ? Given<D>
    : Given<D> | undefined;

/** What a command receives for its options. */
export type OptionValues<O extends Options> = { readonly [Name in keyof O]: OptionValue<O[Name]> };

type ArgumentValue<D extends ArgumentDefinition> = D extends { readonly variadic: true }
  ? readonly Parsed<D>[]
  : D extends { readonly optional: true }
    ? Parsed<D> | undefined
    : Parsed<D>;

/** What a command receives for its arguments; a variadic one is an empty list where no word is given. */
export type ArgumentValues<A extends Arguments> = { readonly [Name in keyof A]: ArgumentValue<A[Name]> };

/** Gives options the heading under which help lists them. */
export const group = <const O extends Options>(heading: string, options: O): O =>
  Object.fromEntries(Object.entries(options).map(([name, option]) => [name, { group: heading, ...option }])) as O;

/** An option with its types, for a variable that several commands share. */
export const defineOption = <const O extends OptionDefinition>(option: O): O => option;

/** An option whose value is a path. */
export const pathOption = <const Flags extends string>(flags: Flags, description: string) =>
  ({ flags, description, path: true, complete: "file" }) as const;

export const isSensitive = ({ sensitive, parse, choices, path, complete }: ValueDefinition): boolean =>
  sensitive ?? (parse === undefined && choices === undefined && !path && complete === undefined);
