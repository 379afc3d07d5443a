import { seededRandom } from "./random.ts";
import type { Asked, Refusal, Throttle } from "./scenario.ts";

/** A rule of a scenario that remembers how often it was applied. */
export type Rule<Kind> = {
  readonly rule: Kind;
  /** Whether this request is one for the rule; counts it if so. */
  takes(endpoint: Asked, request: Pick<Request, "method" | "url">): boolean;
};

export function createRule<Kind extends Throttle | Refusal>(rule: Kind, seed: number): Rule<Kind> {
  const random = seededRandom(seed);
  let left = rule.times ?? Number.POSITIVE_INFINITY;
  return {
    rule,
    takes(endpoint, { method, url }) {
      if (left === 0 || endpoint !== rule.endpoint) return false;
      if (rule.method !== undefined && rule.method !== method) return false;
      if (rule.path !== undefined && !new URL(url).pathname.toLowerCase().includes(rule.path)) return false;
      if (random() >= rule.share) return false;
      left--;
      return true;
    },
  };
}
