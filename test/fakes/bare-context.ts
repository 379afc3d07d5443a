import type { Context } from "../../src/cli/context.ts";
import { noTelemetry } from "../../src/lib/telemetry/telemetry.ts";
import { output } from "./output.ts";

const unused = () => Promise.reject(new Error("this command uses neither Azure nor the config"));

/** A context for commands that need no services. */
export const bareContext = (): Context => ({
  azure: {
    resolveTenant: unused,
    confirmTenant: unused,
    signIn: unused,
    tryCredential: unused,
    fingerprint: unused,
    appRegistrations: unused,
    directory: unused,
    roleAssignments: unused,
    connectAsProvider: unused,
    connectAsResponder: unused,
    countMessages: unused,
    providerQueue: unused,
  },
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
