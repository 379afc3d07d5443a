import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { ConfigFile } from "../../lib/config/config-file.ts";
import type { Failure } from "../../lib/errors/failure.ts";
import type { Cloud } from "../../lib/ports/azure-services.ts";
import type { Log } from "../output/log.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { commandLineTold } from "./command-line.ts";
import { traceConnections } from "./connections.ts";
import { openTrace } from "./debug-log.ts";
import { configTold, surroundingsTold } from "./environment.ts";
import { failureTold } from "./failure-causes.ts";
import { traceHttp } from "./http-requests.ts";
import { tracedCloud } from "./log-azure-calls.ts";

/** A run that is traced for a support case: what goes through here is told on its way. */
export type Tracing = {
  readonly log: (log: Log) => Log;
  readonly config: (config: ConfigFile) => ConfigFile;
  readonly cloud: (cloud: Cloud) => Cloud;
  readonly failed: (failure: Failure) => void;
  readonly ended: (exitCode: number) => void;
};

export function startTracing(file: string, command: CommandUnknownOpts, { env }: Pick<Terminal, "env">): Tracing {
  const trace = openTrace(file);
  trace.tell("begun", { ...surroundingsTold(env), ...commandLineTold(command) });
  traceHttp(trace);
  traceConnections(trace);
  const said = (tell: (line: string) => void) => (line: string) => {
    trace.tell("said", { line });
    tell(line);
  };
  return {
    // Not `ask`: a code that signs a person in is told to that person only.
    log: (log) => ({ ...log, info: said(log.info), debug: said(log.debug) }),
    config: (config) => {
      let told = false;
      const read = async () => {
        const read = await config.read();
        if (!told) trace.tell("config", configTold(read));
        told = true;
        return read;
      };
      return { ...config, read };
    },
    cloud: (cloud) => tracedCloud(cloud, trace),
    failed: (failure) => trace.tell("failed", failureTold(failure)),
    ended: (exitCode) => {
      trace.tell("ended", { exitCode });
      trace.close();
    },
  };
}
