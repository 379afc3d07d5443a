import type { ConfigFile } from "../config/config-file.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import type { AzureServices } from "./azure-services.ts";
import type { Log } from "./log.ts";

/** Everything that a use case can access. */
export type UseCaseContext = {
  readonly azure: AzureServices;
  readonly config: ConfigFile;
  readonly log: Log;
  readonly telemetry: Telemetry;
  /** Aborts when the work must end. */
  readonly signal: AbortSignal;
};
