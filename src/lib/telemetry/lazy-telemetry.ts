import type { Surroundings } from "./open-telemetry.ts";
import { asksForTelemetry } from "./otel-settings.ts";
import type { Telemetry } from "./telemetry.ts";

/** Loaded when the environment asks for telemetry and a command makes calls, or when a command asks for it. */
export function lazyTelemetry(surroundings: Surroundings): Telemetry {
  const asked = asksForTelemetry(surroundings.env);
  let opening: ReturnType<typeof open> | undefined;
  const open = async () => {
    const { openTelemetry } = await import("./open-telemetry.ts");
    return openTelemetry(surroundings);
  };
  const opened = () => (opening ??= open());
  /** An invalid variable, such as a file that does not exist, must not stop the work. */
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
