import type { JsonValue } from "../../lib/domain/json-value.ts";
import { asFailure } from "../../lib/errors/failure.ts";
import type { DebugLog } from "./debug-log.ts";
import { failureEntry } from "./failure-causes.ts";

type Fields = { readonly [name: string]: JsonValue | undefined };

/** Does the work and logs how long it took and what it failed with. */
export async function logTimedCall<T>(
  { tell }: DebugLog,
  event: string,
  fields: Fields,
  work: () => Promise<T>,
): Promise<T> {
  const begun = performance.now();
  const duration = () => Math.round(performance.now() - begun);
  try {
    const result = await work();
    tell(event, { ...fields, duration: duration() });
    return result;
  } catch (error) {
    tell(event, { ...fields, duration: duration(), failed: failureEntry(asFailure(error)) });
    throw error;
  }
}
