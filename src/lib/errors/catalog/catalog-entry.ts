import type { Actor, FailureKind } from "../failure-kinds.ts";

/** What a code means. `{placeholders}` in the cause are filled from the parameters of the failure. */
export type CatalogEntry = {
  readonly kind: FailureKind;
  /** What is wrong, as part of a sentence. It names no command: the CLI adds what to do (src/cli/remedies.ts). */
  readonly cause: string;
  /** Who has to act; the operator by default. */
  readonly actor?: Actor;
  /** The same command may succeed later without any action. */
  readonly retryable?: true;
};

export type CatalogPart = Readonly<Record<string, CatalogEntry>>;
