import type { Actor, FailureKind } from "../failure.ts";

/** What a code of Azure's means for an operator. `{placeholders}` are filled from the place of the failure. */
export type CatalogEntry = {
  readonly kind: FailureKind;
  readonly cause: string;
  readonly actor: Actor;
  readonly next: string;
  readonly retryable?: true;
};
