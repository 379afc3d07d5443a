import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { defineCommand } from "../cli/command/define-command.ts";
import { pathOption } from "../cli/command/define-option.ts";
import type { Context } from "../cli/context.ts";
import { parseCount, parsePort } from "../cli/options/parsers.ts";
import { sandboxFolder } from "../cli/options/sandbox-folder.ts";
import { parseDuration } from "../cli/options/times.ts";
import type { View } from "../cli/run-command.ts";
import { Failure } from "../lib/entry/errors.ts";
import { makeFolder } from "../lib/entry/files.ts";
import { holdSandboxFolder } from "../lib/entry/sandbox.ts";
import { omitUndefined } from "../lib/entry/values.ts";
import { envCommand } from "./sandbox/env.ts";
import { stopCommand } from "./sandbox/stop.ts";

type Options = {
  readonly dir?: string;
  readonly port: number;
  readonly roleDelay: number;
  readonly customers?: number;
  readonly scenario?: string;
  readonly data?: string;
  readonly proxy?: true;
  readonly delay?: number;
};

export type Ready = { readonly type: "ready"; readonly port: number; readonly config: string };

/** Runs the sandbox in this process until the signal aborts. Ready means that it listens and its config is written. */
export async function* sandbox(
  { log, signal, terminal }: Context,
  { dir, port: wanted, roleDelay, customers, scenario, data, proxy, delay }: Options,
): AsyncGenerator<Ready> {
  if (customers !== undefined && (data !== undefined || customers > 5_000))
    throw new Failure(
      "UsageConflictingOptions",
      "--customers is at most 5000, and cannot be combined with --data, which brings its own customers",
    );
  const directory = sandboxFolder(terminal, dir);
  const { startSandbox } = await import("xtenant-sandbox");
  const options = {
    directory,
    port: wanted,
    roleDelay,
    ...omitUndefined({ customers, scenarioFile: scenario, dataFile: data, proxy }),
    ...(delay === undefined ? {} : { distance: { delay } }),
    log: log.debug,
  };
  const isNew = (await readdir(directory).catch(() => [])).length === 0;
  await makeFolder(directory, 0o700);
  await using held = await holdSandboxFolder(directory);
  const running = await startSandbox(options).catch(explained);
  // The folder contains secrets, which nobody wants in a repository.
  if (isNew) await writeFile(join(directory, ".gitignore"), "*\n");
  try {
    await held.announce(running.port);
    yield { type: "ready", port: running.port, config: running.configFile };
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    await running.close();
  }
}

function explained(cause: NodeJS.ErrnoException): never {
  if (cause.code === "BAD_SCENARIO")
    throw new Failure("ScenarioInvalid", `the scenario is not valid: ${cause.message}`);
  if (cause.code === "BAD_STATE_FILE")
    throw new Failure("SandboxDataInvalid", `the data file is not valid: ${cause.message}`);
  if (cause.code !== "EADDRINUSE") throw cause;
  throw new Failure("PortInUse", "another program uses the port", { cause });
}

export const view: View<Ready> = ({ port: listening, config }, { green, bold }) =>
  `${green("ready")} on https://localhost:${listening}; try: ${bold(`xtenant --config ${config} verify`)}`;

export const sandboxCommand = defineCommand({
  name: "sandbox",
  description:
    "Run a local sandbox for Entra, Graph, Resource Manager and Service Bus until interrupted: loopback only, TLS, real tokens. It writes a config that points to it.",
  options: {
    dir: pathOption(
      "-d, --dir <folder>",
      "folder for xtenant.json, ca.pem and the secrets; created if missing (default: sandbox in the user's cache folder of xtenant)",
    ),
    port: {
      flags: "--port <number>",
      description: "port to listen on; 0 selects a free port",
      parse: parsePort,
      default: 0,
    },
    roleDelay: {
      flags: "--role-delay <duration>",
      description: "delay until a new role assignment is effective",
      parse: parseDuration,
      default: 0,
    },
    data: pathOption("--data <file>", "keep the state and the messages in this file (default: in memory)"),
    customers: {
      flags: "--customers <count>",
      description: "number of customers, to try a large fleet (default: 3)",
      parse: parseCount,
    },
    delay: {
      flags: "--delay <duration>",
      description: "time for each way between a client and the sandbox, as over a network: 50ms",
      parse: parseDuration,
    },
    scenario: pathOption("--scenario <file>", "faults to inject: delays, throttling, refusals, revocation (JSON)"),
    proxy: {
      flags: "--proxy",
      description:
        "also run a proxy for clients that only know Azure's host names; writes proxy-ca.pem (see sandbox env)",
    },
  },
  run: (context, _args, options) => sandbox(context, options),
  render: view,
  subcommands: [envCommand, stopCommand],
  examples: [
    { line: "xtenant sandbox", what: "run a sandbox until interrupted", goesOn: true },
    {
      line: "xtenant sandbox --dir sandbox --role-delay 30s",
      what: "delay role assignments, as Azure does",
      goesOn: true,
    },
    {
      line: "xtenant sandbox --dir sandbox --data cloud.json",
      what: "keep consents and roles across restarts",
      goesOn: true,
    },
    { line: "xtenant sandbox --dir sandbox --customers 50", what: "run a sandbox with 50 customers", goesOn: true },
  ],
  seeAlso: ["demo", "context use", "sandbox env"],
});
