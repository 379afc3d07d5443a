export { aggregateFailure } from "../concurrency/aggregate-failure.ts";
export {
  causeOf,
  expectedFailure,
  Failure,
  type FailureCode,
  type FailureKind,
  type FailureRecord,
  failureFromRecord,
  failureKinds,
  failureRecord,
  fillPlaceholders,
} from "../errors/failure.ts";
