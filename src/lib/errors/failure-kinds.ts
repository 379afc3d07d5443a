/** The one place that says which exit code a kind of failure has, and what it means (`xtenant help exit-codes`). */
export const failureKinds = {
  bug: { exitCode: 1, means: "a fault in xtenant; the only failure that prints a stack trace" },
  usage: { exitCode: 2, means: "wrong command line or configuration; nothing was sent or changed" },
  partial: { exitCode: 3, means: "some customers, messages or checks failed; the results list both" },
  auth: { exitCode: 4, means: "no credential, no consent, or a tenant that is wrong or unknown" },
  forbidden: { exitCode: 5, means: "a role is missing or not effective yet" },
  notFound: { exitCode: 6, means: "no such customer, namespace, queue or message" },
  conflict: { exitCode: 7, means: "it exists already in another form, or the other side changed it" },
  unavailable: { exitCode: 8, means: "unreachable or throttled; try again later" },
  timeout: { exitCode: 9, means: "nothing failed, but the expected event did not happen in time" },
  reported: { exitCode: 10, means: "the customer reported that the command failed" },
  interrupted: { exitCode: 130, means: "stopped by Ctrl-C or a termination signal" },
} as const satisfies Record<string, { exitCode: number; means: string }>;

/** Why a command did not do its job, named for what the operator can do next. */
export type FailureKind = keyof typeof failureKinds;

/** Who has to act before a repetition can succeed. */
export type Actor = "operator" | "customer's administrator" | "provider's administrator" | "Microsoft" | "nobody";
