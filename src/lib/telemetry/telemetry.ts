import type { CustomerHealthTracker } from "./customer-health.ts";
import type { Observer } from "./observer.ts";

/** The telemetry of this process. Nothing is loaded unless it is requested. */
export type Telemetry = {
  /** Undefined when no telemetry is requested. */
  observer(): Promise<Observer | undefined>;
  /** Reports the state of these customers from now on. */
  watch(fleet: CustomerHealthTracker): Promise<void>;
  /** Counts from now on. The returned function gives the counts in the format of Prometheus. */
  forPrometheus(): Promise<() => Promise<string>>;
  /** Exports the remaining data, for at most two seconds. */
  close(): Promise<void>;
};

/** Telemetry that does nothing. */
export const noTelemetry: Telemetry = {
  observer: async () => undefined,
  watch: async () => {},
  forPrometheus: async () => async () => "",
  close: async () => {},
};
