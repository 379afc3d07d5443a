import { Failure } from "../errors/failure.ts";
import type { LockedMessage } from "../ports/azure-services.ts";

/**
 * Gives a message back as far as that is possible: one whose lock or connection is gone comes back by itself, and must not
 * hide the failure that led here.
 */
export async function abandonMessage(held: LockedMessage): Promise<void> {
  try {
    await held.abandon();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}
