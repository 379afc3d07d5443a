import type { Command } from "commander";
import type { ConfigFile } from "../../lib/config/config-file.ts";
import type { Failure } from "../../lib/errors/failure.ts";
import type { AzureServices } from "../../lib/ports/azure-services.ts";
import type { Log } from "../../lib/ports/log.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { commandLineEntry } from "./command-line.ts";
import { logConnections } from "./connections.ts";
import { openDebugLog } from "./debug-log.ts";
import { configEntry, environmentEntry } from "./environment.ts";
import { failureEntry } from "./failure-causes.ts";
import { logHttpRequests } from "./http-requests.ts";
import { logAzureCalls } from "./log-azure-calls.ts";

/** A run that is logged for a support case: what passes through here is logged on its way. */
export type RunLog = {
  readonly log: (log: Log) => Log;
  readonly config: (config: ConfigFile) => ConfigFile;
  readonly azure: (azure: AzureServices) => AzureServices;
  readonly failed: (failure: Failure) => void;
  readonly ended: (exitCode: number) => void;
};

export function startDebugLog(
  file: string,
  command: Command,
  { env, stderr }: Pick<Terminal, "env" | "stderr">,
): RunLog {
  const trace = openDebugLog(file, stderr);
  trace.tell("begun", { ...environmentEntry(env), ...commandLineEntry(command) });
  logHttpRequests(trace);
  logConnections(trace);
  const said = (tell: (line: string) => void) => (line: string) => {
    trace.tell("said", { line });
    tell(line);
  };
  return {
    // Not `ask`: a code that signs a person in is shown to that person only.
    log: (log) => ({ ...log, info: said(log.info), debug: said(log.debug) }),
    config: (config) => {
      let isLogged = false;
      const read = async () => {
        const read = await config.read();
        if (!isLogged) trace.tell("config", configEntry(read));
        isLogged = true;
        return read;
      };
      return { ...config, read };
    },
    azure: (azure) => logAzureCalls(azure, trace),
    failed: (failure) => trace.tell("failed", failureEntry(failure)),
    ended: (exitCode) => {
      trace.tell("ended", { exitCode });
      trace.close();
    },
  };
}
