import type { Cloud } from "../cloud.ts";
import type { ConfigFile } from "../store/config-file.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import type { Log } from "./log.ts";
import type { Terminal } from "./terminal.ts";

/** All that a command may use. What is not here, a command cannot do. */
export type Context = {
  readonly cloud: Cloud;
  readonly config: ConfigFile;
  readonly log: Log;
  readonly terminal: Terminal;
  readonly telemetry: Telemetry;
  /** Aborted when the command should come to an end. */
  readonly signal: AbortSignal;
};
