import type { Context } from "../../src/cli/context.ts";
import { noTelemetry } from "../../src/lib/telemetry/telemetry.ts";
import { output } from "./output.ts";

const unused = () => Promise.reject(new Error("this command uses neither cloud nor config"));

/** A context for commands that need none of it. */
export const bareContext = (): Context => ({
  cloud: {
    resolveTenant: unused,
    confirmTenant: unused,
    signIn: unused,
    tryCredential: unused,
    proof: unused,
    registrations: unused,
    directory: unused,
    access: unused,
    providerMailbox: unused,
    responderMailbox: unused,
    countMessages: unused,
    ownQueue: unused,
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
    signal: new AbortController().signal,
  },
  telemetry: noTelemetry,
  signal: new AbortController().signal,
});
