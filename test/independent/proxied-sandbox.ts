import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { configSchema, type ParsedDocument } from "../../src/lib/config/config-schema.ts";
import { builtSandbox, program } from "../e2e/xtenant.ts";

/** The output of a program that ran to its end. */
export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type Environment = Readonly<Record<string, string>>;

/** A sandbox that `xtenant sandbox --proxy` runs, as a person would start it. */
export type ProxiedSandbox = {
  readonly directory: string;
  readonly port: number;
  readonly config: ParsedDocument;
  /** Lines in the log so far. */
  readonly log: readonly string[];
  secret(name: string): Promise<string>;
  /** Runs xtenant with the sandbox's config. */
  xtenant(...args: string[]): Promise<Ran>;
  /** The variables that `xtenant sandbox env` prints for a shell. */
  env(client: "az" | "python" | "node"): Promise<Environment>;
  /** Ends the process, waits for its end, and removes the folder. */
  stop(): Promise<void>;
};

/** Variables of the person who runs the tests that must not reach the tested programs. */
const foreign = /^(?:AZURE_|XTENANT_|NODE_EXTRA_CA_CERTS|NODE_USE_ENV_PROXY|REQUESTS_CA_BUNDLE|SSL_CERT_|.*_PROXY$)/i;

const cleanEnvironment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));

/** Runs a program to its end, or for this many milliseconds, with these variables added to a clean environment. */
export async function runProgram(
  file: string,
  args: readonly string[],
  env: Environment = {},
  timeout?: number,
): Promise<Ran> {
  const child = spawn(file, args, {
    ...{ env: { ...cleanEnvironment, ...env }, timeout },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  const [code] = await once(child, "close");
  return { code, stdout: stdout(), stderr: stderr() };
}

function text(stream: NodeJS.ReadableStream): () => string {
  const chunks: string[] = [];
  stream.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
  return () => chunks.join("");
}

export async function startProxiedSandbox(): Promise<ProxiedSandbox> {
  const directory = await mkdtemp(join(tmpdir(), "xtenant-proxied-"));
  const args = ["-v", "sandbox", "--dir", directory, "--proxy", "--json"];
  const child = spawn(process.execPath, [...builtSandbox, program, ...args], {
    env: cleanEnvironment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log: string[] = [];
  createInterface(child.stderr).on("line", (line) => log.push(line));
  const stop = async () => {
    await ended(child);
    await rm(directory, { recursive: true, force: true });
  };
  const port = await ready(child.stdout).catch(async (error: Error) => {
    await stop();
    throw new Error(`${error.message}: ${log.join("\n")}`);
  });
  const config = join(directory, "xtenant.json");
  const xtenant = (...args: string[]) => runProgram(process.execPath, [program, "--config", config, ...args]);
  return {
    directory,
    port,
    config: configSchema.parse(JSON.parse(await readFile(config, "utf8"))),
    log,
    secret: (name) => readFile(join(directory, "secrets", name), "utf8"),
    xtenant,
    env: async (client) => {
      const { stdout, stderr } = await xtenant("sandbox", "env", "--dir", directory, "--for", client, "--json");
      if (stdout === "") throw new Error(stderr);
      return z.record(z.string(), z.string()).parse(JSON.parse(stdout));
    },
    stop,
  };
}

async function ready(stdout: NodeJS.ReadableStream): Promise<number> {
  for await (const line of createInterface(stdout)) return z.object({ port: z.number() }).parse(JSON.parse(line)).port;
  throw new Error("the sandbox did not start");
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  await exit;
}
