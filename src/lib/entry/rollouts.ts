export { localActor } from "../audit/actor.ts";
export { newCommandId } from "../domain/command-id.ts";
export { beginRollout, customersOf, retryRollout } from "../rollout/begin-rollout.ts";
export { foldRollout, type Rollout, type RolloutEntry, type RolloutPlan } from "../rollout/rollout-entry.ts";
export {
  findRollout,
  isRunning,
  openRolloutJournal,
  readRollout,
  requireNewFile,
  rolloutFile,
  rolloutIds,
} from "../rollout/rollout-file.ts";
export {
  type RolloutCustomer,
  type RolloutFailed,
  type RolloutSummary,
  summarize,
} from "../rollout/rollout-summary.ts";
export { openCustomers, type RolloutRecord, runRollout } from "../rollout/run-rollout.ts";
