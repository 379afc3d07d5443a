import { once } from "node:events";
import { Command } from "@commander-js/extra-typings";
import type { Context } from "../cli/context.ts";
import { withExamples } from "../cli/help/command-help.ts";
import { parseCount, parseDuration, parsePort } from "../cli/options/parsers.ts";
import type { Run, View } from "../cli/run-command.ts";
import { omitUndefined } from "../lib/domain/omit-undefined.ts";
import { Failure } from "../lib/errors/failure.ts";
import { envCommand } from "./sandbox/env.ts";

type Options = {
  readonly dir: string;
  readonly port: number;
  readonly roleDelay: number;
  readonly customers?: number;
  readonly scenario?: string;
  readonly data?: string;
  readonly proxy?: true;
};

type Ready = { readonly type: "ready"; readonly port: number; readonly config: string };

/** Runs the stand-in in this process until the signal aborts; ready means that it listens and its config is written. */
export async function* sandbox(
  { log, signal }: Context,
  { dir: directory, port: wanted, roleDelay, customers, scenario, data, proxy }: Options,
): AsyncGenerator<Ready> {
  if (customers !== undefined && (data !== undefined || customers > 5_000))
    throw new Failure(
      "usage",
      "--customers is at most 5000, and does not go with --data, which has its Customers already",
    );
  const { startSandbox } = await import("xtenant-sandbox");
  const options = {
    directory,
    port: wanted,
    roleDelay,
    ...omitUndefined({ customers, scenarioFile: scenario, dataFile: data, proxy }),
    log: log.debug,
  };
  const running = await startSandbox(options).catch(explained);
  try {
    yield { type: "ready", port: running.port, config: running.configFile };
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    await running.close();
  }
}

function explained(cause: NodeJS.ErrnoException): never {
  if (cause.code === "BAD_SCENARIO")
    throw new Failure("usage", `the scenario cannot be played: ${cause.message}`, {
      code: "BadScenario",
      hint: "docs/sandbox.md describes every key and action of a scenario",
    });
  if (cause.code === "BAD_STATE_FILE")
    throw new Failure("usage", `the data file cannot be used: ${cause.message}`, {
      code: "BadDataFile",
      hint: "name another file, or remove this one",
    });
  if (cause.code !== "EADDRINUSE") throw cause;
  throw new Failure("conflict", "the port is in use by another program", {
    code: "EADDRINUSE",
    hint: "xtenant sandbox --port 0",
    cause,
  });
}

export const view: View<Ready> = ({ port: listening, config }, { green, bold }) =>
  `${green("ready")} on https://localhost:${listening}; try: ${bold(`xtenant --config ${config} verify`)}`;

export const sandboxCommand = (run: Run) =>
  new Command("sandbox")
    .description(
      "Run a local stand-in for Entra, Graph, Resource Manager and Service Bus until interrupted: loopback only, TLS, real tokens. Writes a config that points at it.",
    )
    .requiredOption("-d, --dir <folder>", "where to write xtenant.json, ca.pem and the secrets (made if it is missing)")
    .option("-p, --port <number>", "port to listen on; 0 takes any free one", parsePort, 0)
    .option("--role-delay <duration>", "how long a new role assignment takes to become effective", parseDuration, 0)
    .option("--data <file>", "keep the cloud and its messages in this file over restarts (default: in memory)")
    .option("--customers <count>", "how many Customers there are: a fleet to try with (default: 3)", parseCount)
    .option("--scenario <file>", "misbehaviour to begin with: delays, throttling, refusals, revocation (JSON)")
    .option(
      "--proxy",
      "also be a proxy for clients that insist on Azure's own names; writes proxy-ca.pem (see sandbox env)",
    )
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant sandbox --dir sandbox", what: "a cloud of your own, until interrupted", goesOn: true },
          {
            line: "xtenant sandbox --dir sandbox --role-delay 30s",
            what: "one that takes its time with roles, as Azure does",
            goesOn: true,
          },
          {
            line: "xtenant sandbox --dir sandbox --data cloud.json",
            what: "one that remembers consents and roles when it is started again",
            goesOn: true,
          },
          { line: "xtenant sandbox --dir sandbox --customers 50", what: "one with a fleet", goesOn: true },
        ],
        seeAlso: ["demo", "sandbox env"],
      }),
    )
    .addCommand(envCommand(run))
    .action((options) => run(sandbox, view)(options));
