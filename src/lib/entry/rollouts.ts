export { newCommandId } from "../domain/command-id.ts";
export { beginRollout, customersOf, retryRollout } from "../rollout/begin-rollout.ts";
export { isToSend, type RolloutPlan } from "../rollout/rollout-entry.ts";
export {
  findRollout,
  isRunning,
  readRollout,
  requireNewFile,
  rolloutFile,
  rolloutIds,
} from "../rollout/rollout-file.ts";
export { type RolloutCustomer, type RolloutSummary, rolloutWord, summarize } from "../rollout/rollout-summary.ts";
export { openCustomers } from "../rollout/run-rollout.ts";
