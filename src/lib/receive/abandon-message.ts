import { Failure } from "../errors/failure.ts";
import type { LockedMessage } from "../ports/azure-services.ts";

/**
 * Abandons a message if that is possible. A message whose lock or connection is lost is delivered again without that, and
 * must not hide the failure that led here.
 */
export async function abandonMessage(locked: LockedMessage): Promise<void> {
  try {
    await locked.abandon();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}
