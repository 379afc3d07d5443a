import type { Context } from "../../src/cli/context.ts";
import { decorateServices } from "../../src/lib/ports/decorate-services.ts";
import { noTelemetry } from "../../src/lib/telemetry/telemetry.ts";
import { output } from "./output.ts";

const unused = () => Promise.reject(new Error("this command uses neither Azure nor the config"));

/** A context for commands that need no services. */
export const bareContext = (): Context => ({
  azure: decorateServices(unused, unused),
  config: { read: unused, change: unused },
  log: { ask: () => {}, info: () => {}, debug: () => {} },
  terminal: {
    stdin: process.stdin,
    stdout: output(),
    stderr: output(),
    env: {},
    workingDirectory: "/",
    self: ["node"],
    expectConnections: () => {},
    signal: new AbortController().signal,
  },
  telemetry: noTelemetry,
  signal: new AbortController().signal,
});
