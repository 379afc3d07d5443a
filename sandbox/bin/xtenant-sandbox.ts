#!/usr/bin/env node
import { parseArgs } from "node:util";
import manifest from "../package.json" with { type: "json" };
import { type Sandbox, startSandbox } from "../src/start.ts";

const help = `Usage: xtenant-sandbox --dir <folder> [options]

Runs a local sandbox for Entra ID, managed identity, Microsoft Graph, Azure Resource
Manager and Service Bus until it is interrupted. It listens on loopback only.

Options:
  --dir <folder>         where to write xtenant.json, ca.pem and the secrets
  --port <number>        port to listen on; 0 takes any free port (default: 0)
  --role-delay <ms>      milliseconds until a new role assignment takes effect (default: 0)
  --data <file>          keep the cloud and its messages in this file (default: in memory)
  --customers <count>    number of customers (default: 3)
  --scenario <file>      faults to start with (JSON)
  --proxy                also be a proxy for clients that use Azure's own host names
  --verbose              log on standard error
  --version              print the version
  --help                 print this help
`;

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const options = {
  dir: text,
  port: { type: "string", default: "0" },
  "role-delay": { type: "string", default: "0" },
  data: text,
  customers: text,
  scenario: text,
  proxy: flag,
  verbose: flag,
  version: flag,
  help: flag,
} as const;

/** A command line that cannot be run, which is reported without a stack trace. */
class UsageError extends Error {}

async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) process.stdout.write(help);
  else if (values.version) process.stdout.write(`${manifest.version}\n`);
  else {
    if (values.dir === undefined) throw new UsageError("--dir is required");
    const sandbox = await startSandbox({
      directory: values.dir,
      port: countOf("port", values.port, 65_535),
      roleDelay: countOf("role-delay", values["role-delay"]),
      ...(values.customers === undefined ? {} : { customers: countOf("customers", values.customers, 5_000) }),
      ...(values.scenario === undefined ? {} : { scenarioFile: values.scenario }),
      ...(values.data === undefined ? {} : { dataFile: values.data }),
      proxy: values.proxy,
      log: (line) => void (values.verbose && process.stderr.write(`${line}\n`)),
    });
    closeOnSignal(sandbox);
    process.stdout.write(`ready on https://localhost:${sandbox.port}; config: ${sandbox.configFile}\n`);
  }
}

function countOf(option: string, value: string, most = Number.MAX_SAFE_INTEGER): number {
  const count = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(count <= most)) throw new UsageError(`--${option} is a number from 0 to ${most}, not '${value}'`);
  return count;
}

function closeOnSignal(sandbox: Sandbox): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, async () => {
      await sandbox.close();
      process.exit();
    });
}

/** Errors that a person can correct; any other one is a bug and keeps its stack trace. */
const isExpected = (error: unknown): error is Error =>
  error instanceof UsageError ||
  (error instanceof Error &&
    "code" in error &&
    /^(?:ERR_PARSE_ARGS_\w+|BAD_SCENARIO|BAD_STATE_FILE|EADDRINUSE|EACCES)$/.test(String(error.code)));

await run(process.argv.slice(2)).catch((error: unknown) => {
  if (!isExpected(error)) throw error;
  process.stderr.write(`xtenant-sandbox: ${error.message}\n`);
  process.exitCode = 2;
});
