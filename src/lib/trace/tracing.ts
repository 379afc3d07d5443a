import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Log } from "../cli/log.ts";
import type { Terminal } from "../cli/terminal.ts";
import type { Cloud } from "../cloud.ts";
import type { Failure } from "../failure.ts";
import type { ConfigFile } from "../store/config-file.ts";
import { failureTold } from "./causes.ts";
import { commandLineTold } from "./command-line.ts";
import { traceConnections } from "./connections.ts";
import { traceHttp } from "./http-requests.ts";
import { configTold, surroundingsTold } from "./surroundings.ts";
import { openTrace } from "./trace.ts";
import { tracedCloud } from "./traced-cloud.ts";

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
