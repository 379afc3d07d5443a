import { omitUndefined } from "../domain/omit-undefined.ts";

/** The one place that says which exit code a kind of failure has, and what it means (`xtenant help exit-codes`). */
export const failureKinds = {
  bug: { exitCode: 1, means: "a fault in xtenant; the only failure that prints a stack trace" },
  usage: { exitCode: 2, means: "wrong command line or configuration; nothing was sent or changed" },
  partial: { exitCode: 3, means: "some Customers, messages or checks failed; the results list both" },
  auth: { exitCode: 4, means: "no credential, no consent, or the wrong tenant" },
  forbidden: { exitCode: 5, means: "a role is missing or not effective yet" },
  notFound: { exitCode: 6, means: "no such Customer, tenant, namespace, queue or message" },
  conflict: { exitCode: 7, means: "it exists already in another form, or the other side changed it" },
  unavailable: { exitCode: 8, means: "unreachable or throttled; try again later" },
  timeout: { exitCode: 9, means: "nothing failed, but what was waited for did not happen in time" },
  reported: { exitCode: 10, means: "the Customer reported that the command failed" },
  interrupted: { exitCode: 130, means: "stopped by Ctrl-C or a termination signal" },
} as const satisfies Record<string, { exitCode: number; means: string }>;

/** Why a command did not do its job, named for what the operator can do next. */
export type FailureKind = keyof typeof failureKinds;

/** Who has to act before a repetition can succeed. */
export type Actor = "operator" | "customer's administrator" | "provider's administrator" | "Microsoft" | "nobody";

export type FailureOptions = {
  /** The cause's own code: `AADSTS700016`, `RoleAssignmentExists`, `UnauthorizedAccess`. */
  readonly code?: string;
  /** The service's own words, with the ids that its support asks for. Foreign text. */
  readonly detail?: string;
  /** What to do next, as a command where there is one. */
  readonly hint?: string;
  readonly actor?: Actor;
  /** Whether the same command line may succeed later with nobody acting. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
};

/** A failure that is not our bug: the message says in one line what failed and why. */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly code: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly actor: Actor;
  readonly retryable: boolean;

  constructor(kind: FailureKind, message: string, options: FailureOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "Failure";
    this.kind = kind;
    this.code = options.code ?? kind;
    this.detail = options.detail;
    this.hint = options.hint;
    this.actor = options.actor ?? "operator";
    this.retryable = options.retryable ?? (kind === "unavailable" || kind === "timeout");
  }

  get exitCode(): number {
    return failureKinds[this.kind].exitCode;
  }
}

/** A failure as data: the value of `error` under `--json`, and in the record of a Customer that failed. */
export type FailureRecord = {
  readonly kind: FailureKind;
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly actor: Actor;
  readonly retryable: boolean;
};

export const failureRecord = ({ kind, code, message, detail, hint, actor, retryable }: Failure): FailureRecord => ({
  kind,
  code,
  message,
  ...omitUndefined({ detail, hint }),
  actor,
  retryable,
});

/** Any thrown value as a failure; what is not one of ours is a bug. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (isSuppressed(error)) {
    const [first, later] = [asFailure(error.suppressed), asFailure(error.error)];
    return later.kind === "bug" ? later : first;
  }
  return new Failure("bug", error instanceof Error ? error.message : String(error), { cause: error, actor: "nobody" });
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
