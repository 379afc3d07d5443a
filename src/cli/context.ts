import type { ConfigFile } from "../lib/config/config-file.ts";
import type { AzureServices } from "../lib/ports/azure-services.ts";
import type { Telemetry } from "../lib/telemetry/telemetry.ts";
import type { Log } from "./output/log.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** All that a command may use. What is not here, a command cannot do. */
export type Context = {
  readonly azure: AzureServices;
  readonly config: ConfigFile;
  readonly log: Log;
  readonly terminal: Terminal;
  readonly telemetry: Telemetry;
  /** Aborted when the command should come to an end. */
  readonly signal: AbortSignal;
};
