import { withTimeout } from "../../concurrency/timeout.ts";

const closeMilliseconds = 5_000;

/** Closing hangs on a silent connection: it has a time limit, and its failure does not matter. */
export const closeQuietly = (what: string, closable: { close(): Promise<unknown> }): Promise<unknown> =>
  withTimeout(`closing ${what}`, closeMilliseconds, closable.close()).catch(() => {});
