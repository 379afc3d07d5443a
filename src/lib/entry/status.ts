export type { HealthAddress } from "../health/health-address.ts";
export type { CustomerState } from "../status/customer-state.ts";
export { evaluateState, type Thresholds } from "../status/evaluate-state.ts";
export { inspectCustomer } from "../status/inspect-customer.ts";
export { createSampledProgress, type SampledProgress } from "../status/sampled-progress.ts";
export { type StateSummary, summarizeStates } from "../status/state-summary.ts";
