import { omitUndefined } from "../domain/omit-undefined.ts";
import { type CodeSource, catalogEntry, type FailureCode } from "./catalog/catalog.ts";
import { type Actor, type FailureKind, failureKinds } from "./failure-kinds.ts";

export type { Actor, CodeSource, FailureCode, FailureKind };
export { failureKinds };

/** What the texts of a failure name: fills the placeholders of the catalog's cause and of the CLI's remedy. */
export type FailureParams = {
  readonly customer?: string;
  readonly tenant?: string;
  readonly namespace?: string;
  readonly queue?: string;
  readonly claim?: string;
  readonly file?: string;
  readonly folder?: string;
  readonly variable?: string;
  /** Of a credential, a topic, a tag or a placeholder. */
  readonly name?: string;
  readonly kind?: string;
  readonly limit?: string;
  /** The command line that failed, without its options. */
  readonly command?: string;
};

export type FailureOptions = {
  /** Another kind than the catalog's: the same cause may end a whole run as partial or as a timeout. */
  readonly kind?: FailureKind;
  readonly params?: FailureParams;
  /** Azure's own code where `code` is another one: `UnknownAzureCode`, or a code that says more than Azure's. */
  readonly serviceCode?: string;
  /** The service's own words, with the ids that its support asks for. Foreign text. */
  readonly detail?: string;
  /** The code whose remedy applies, where it is not that of `code`. */
  readonly remedy?: FailureCode;
  readonly actor?: Actor;
  /** Whether the same command line may succeed later without any action. */
  readonly retryable?: boolean;
  /** The cause is the provider's own, so that every customer fails with it. */
  readonly shared?: true;
  readonly cause?: unknown;
};

type FailureChanges = FailureOptions & { readonly code?: FailureCode; readonly message?: string };

/** A failure that is not a bug of ours: the message says in one line what failed and why. */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly code: FailureCode;
  readonly params: FailureParams;
  readonly serviceCode: string | undefined;
  readonly detail: string | undefined;
  readonly remedy: FailureCode;
  readonly actor: Actor;
  readonly retryable: boolean;
  readonly shared: true | undefined;

  /** Without a message, the catalog's cause is the message. */
  constructor(code: FailureCode, message?: string, options: FailureOptions = {}) {
    const { params = {} } = options;
    super(message ?? causeOf(code, params), { cause: options.cause });
    const entry = catalogEntry(code);
    this.name = "Failure";
    this.code = code;
    this.kind = options.kind ?? entry.kind;
    this.params = params;
    this.serviceCode = options.serviceCode;
    this.detail = options.detail;
    this.remedy = options.remedy ?? code;
    this.actor = options.actor ?? entry.actor ?? "operator";
    this.retryable = options.retryable ?? entry.retryable === true;
    this.shared = options.shared;
  }

  get exitCode(): number {
    return failureKinds[this.kind].exitCode;
  }

  /** A copy with some fields changed. A new code brings its own kind, actor and remedy. */
  with({ code = this.code, message = this.message, ...changes }: FailureChanges): Failure {
    const { params, serviceCode, detail, shared, cause } = this;
    const kept = { params, ...omitUndefined({ serviceCode, detail, shared }), cause };
    const { kind, remedy, actor, retryable } = this;
    const ofCode = code === this.code ? { kind, remedy, actor, retryable } : {};
    return new Failure(code, message, { ...kept, ...ofCode, ...changes });
  }
}

/** The catalog's cause with the parameters in it; `<name>` stands where one is not known. */
export const causeOf = (code: FailureCode, params: FailureParams): string =>
  fillPlaceholders(catalogEntry(code).cause, params);

export const fillPlaceholders = (text: string, params: FailureParams): string =>
  text.replaceAll(/\{(\w+)\}/g, (_, name: keyof FailureParams) => params[name] ?? `<${name}>`);

/** A failure as data: `error` in the record of a customer that failed. The CLI prints a hint in place of `params` and `remedy`. */
export type FailureRecord = {
  readonly kind: FailureKind;
  readonly code: FailureCode;
  readonly serviceCode?: string;
  readonly message: string;
  readonly detail?: string;
  readonly params?: FailureParams;
  readonly remedy?: FailureCode;
  readonly actor: Actor;
  readonly retryable: boolean;
  /** The cause is the provider's own, so that every customer fails with it. */
  readonly shared?: true;
};

const records = new WeakSet<object>();

export function failureRecord(failure: Failure): FailureRecord {
  const { kind, code, serviceCode, message, detail, params, remedy, actor, retryable, shared } = failure;
  const record = {
    kind,
    code,
    ...omitUndefined({ serviceCode }),
    message,
    ...omitUndefined({ detail }),
    ...(Object.keys(params).length === 0 ? {} : { params }),
    ...(remedy === code ? {} : { remedy }),
    actor,
    retryable,
    ...omitUndefined({ shared }),
  };
  records.add(record);
  return record;
}

/** Only what `failureRecord` made: a message of a customer may look the same. */
export const isFailureRecord = (value: object): value is FailureRecord => records.has(value);

/** The failure that a record describes. */
export const failureFromRecord = ({ code, message, ...options }: FailureRecord): Failure =>
  new Failure(code, message, options);

/** Any thrown value as a failure; what is not one of ours is a bug. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (isSuppressed(error)) {
    const [first, later] = [asFailure(error.suppressed), asFailure(error.error)];
    return later.kind === "bug" ? later : first;
  }
  return new Failure("Bug", error instanceof Error ? error.message : String(error), { cause: error });
}

/** What `await using` throws when closing failed, too: on a dead connection both do. By name: older Nodes lack the class. */
const isSuppressed = (error: unknown): error is Error & { readonly error: unknown; readonly suppressed: unknown } =>
  error instanceof Error && error.name === "SuppressedError" && "suppressed" in error;

/** The failure that a command reports beside its other results; a bug is thrown again, since nothing goes on after one. */
export function expectedFailure(error: unknown): Failure {
  const failure = asFailure(error);
  if (failure.kind === "bug") throw error;
  return failure;
}
