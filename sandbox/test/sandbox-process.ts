import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import tls from "node:tls";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { configSchema, type ParsedDocument } from "../../src/lib/config/config-schema.ts";
import { processFile } from "./process-file.ts";

export type SandboxProcess = {
  readonly directory: string;
  readonly port: number;
  readonly configFile: string;
  readonly config: ParsedDocument;
  /** Lines that the sandbox has logged so far. */
  readonly log: readonly string[];
  /** Ends the process as a crash would. */
  kill(): Promise<void>;
  /** Ends the process, waits for its end, and removes the directory. */
  stop(): Promise<void>;
};

export type SandboxProcessOptions = {
  readonly port?: number;
  /** Milliseconds until a new role assignment takes effect; none unless given. */
  readonly roleDelay?: number;
  /** Keeps the cloud over restarts. */
  readonly dataFile?: string;
  /** Whether the sandbox is also a proxy. */
  readonly proxy?: boolean;
  /** Kept by `stop` when given. */
  readonly directory?: string;
};

const runner = fileURLToPath(new URL("run-sandbox.ts", import.meta.url));
const readyLine = z.object({ port: z.number(), configFile: z.string() });

/**
 * Starts a sandbox in a process of its own. From then on this thread trusts the sandbox's certificate authority, and takes its
 * managed identity's tokens from the sandbox.
 */
export async function startSandboxProcess(options: SandboxProcessOptions = {}): Promise<SandboxProcess> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "xtenant-sandbox-")));
  const { port: wanted = 0, roleDelay = 0, dataFile, proxy } = options;
  const argument = JSON.stringify({ directory, port: wanted, roleDelay, dataFile, proxy });
  const child = spawn(process.execPath, [processFile(runner), argument], { stdio: ["pipe", "pipe", "pipe"] });
  const log: string[] = [];
  createInterface(child.stderr).on("line", (line) => log.push(line));
  const stop = async () => {
    await ended(child);
    if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
  };
  const { port, configFile } = await ready(child, log).catch(async (error) => {
    await stop();
    throw error;
  });
  await trust(join(directory, "ca.pem"));
  process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST = `http://127.0.0.1:${port}`;
  const config = configSchema.parse(JSON.parse(await readFile(configFile, "utf8")));
  const kill = async () => {
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  };
  return { directory, port, configFile, config, log, kill, stop };
}

/** Works for everything in the process: fetch, the Azure clients, AMQP. Adds to what is trusted already. */
export async function trust(caFile: string): Promise<void> {
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), await readFile(caFile, "utf8")]);
}

async function ready(child: ChildProcess & { readonly stdout: NodeJS.ReadableStream }, log: readonly string[]) {
  for await (const line of createInterface(child.stdout)) return readyLine.parse(JSON.parse(line));
  throw new Error(`the sandbox did not start: ${log.join("\n")}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.stdin?.end();
  await exit;
}
