import type { Surroundings } from "./open-telemetry.ts";
import { asksForTelemetry } from "./otel-settings.ts";
import type { Telemetry } from "./telemetry.ts";

/** Loaded when the environment asks for it and a command goes over the wire, or when a command itself asks. */
export function lazyTelemetry(surroundings: Surroundings): Telemetry {
  const asked = asksForTelemetry(surroundings.env);
  let opening: ReturnType<typeof open> | undefined;
  const open = async () => {
    const { openTelemetry } = await import("./open-telemetry.ts");
    return openTelemetry(surroundings);
  };
  const opened = () => (opening ??= open());
  /** A variable that makes no sense, such as a file that is not there, must not stop the work. */
  const tolerated = async () => {
    if (!asked && opening === undefined) return undefined;
    try {
      return await opened();
    } catch (error) {
      if (!complained)
        surroundings.log.info(`OpenTelemetry could not be started: ${error instanceof Error ? error.name : ""}`);
      complained = true;
      return undefined;
    }
  };
  let complained = false;
  return {
    observer: async () => (await tolerated())?.observer,
    watch: async (fleet) => (await tolerated())?.watch(fleet),
    forPrometheus: async () => (await opened()).prometheus,
    close: async () => {
      if (opening !== undefined) await (await tolerated())?.close();
    },
  };
}
