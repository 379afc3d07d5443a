import type { CustomerHealthTracker } from "./customer-health.ts";
import type { Observer } from "./observer.ts";

/** What this process tells of itself to whoever watches many. Loads nothing before somebody wants to know. */
export type Telemetry = {
  /** Undefined: nobody wants to know. */
  observer(): Promise<Observer | undefined>;
  /** Tells of this fleet from now on. */
  watch(fleet: CustomerHealthTracker): Promise<void>;
  /** Counts from now on, and gives the counts as Prometheus reads them whenever it is asked. */
  forPrometheus(): Promise<() => Promise<string>>;
  /** Hands over what was not yet, for as long as two seconds. */
  close(): Promise<void>;
};

/** For whoever is told nothing. */
export const noTelemetry: Telemetry = {
  observer: async () => undefined,
  watch: async () => {},
  forPrometheus: async () => async () => "",
  close: async () => {},
};
