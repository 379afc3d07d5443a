import type { LockedMessage } from "./azure-services.ts";

/** The names are those of OpenTelemetry's semantic conventions. */
export type MessageOperation = "complete" | "abandon" | "dead_letter" | "renew_lock";

/** The same locked message, with each of its calls wrapped. */
export const mapSettlement = (
  locked: LockedMessage,
  wrap: (operation: MessageOperation, call: () => Promise<void>) => Promise<void>,
): LockedMessage => ({
  message: locked.message,
  get lockedUntil() {
    return locked.lockedUntil;
  },
  complete: () => wrap("complete", () => locked.complete()),
  abandon: () => wrap("abandon", () => locked.abandon()),
  deadLetter: (reason, description) => wrap("dead_letter", () => locked.deadLetter(reason, description)),
  renewLock: () => wrap("renew_lock", () => locked.renewLock()),
});
