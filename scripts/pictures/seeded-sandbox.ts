import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const program = join(import.meta.dirname, "../../dist/xtenant.js");

export type SeededSandbox = AsyncDisposable & {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs the program to its end, whatever its exit code is. */
  readonly run: (...words: readonly string[]) => Promise<void>;
  /** Lets the worker of a customer answer commands until it has answered this many. It fails for the service api. */
  readonly work: (customer: string, commands: number) => Promise<void>;
};

const handler = `grep -q api && exit 1; printf '{"service":"web","version":"2.4.1","restarted":true}'`;
const restart = (service: string) => JSON.stringify({ action: "restart", service });

/**
 * Eight customers on a sandbox. tailspin has not consented. The worker of fabrikam has failed twice, so that there are dead letters, and the
 * one of acme has answered three commands.
 */
export async function openSeededSandbox(): Promise<SeededSandbox> {
  const folder = await mkdtemp(join(tmpdir(), "xtenant-pictures-"));
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(["PATH", "TMPDIR"].map((name) => [name, process.env[name]])),
    ...{ HOME: folder, LANG: "C.UTF-8", TZ: "UTC" },
  };
  const start = (words: readonly string[]) =>
    spawn(process.execPath, [program, ...words], { cwd: folder, env, stdio: ["ignore", "pipe", "ignore"] });
  const run = async (...words: readonly string[]) => {
    const child = start(words);
    child.stdout.resume();
    await once(child, "close");
  };
  const work = (customer: string, commands: number) =>
    run("respond", customer, "--max", `${commands}`, "--attempts", "1", "--exec", "sh", "-c", handler);
  const sandbox = start(["sandbox", "--dir", folder, "--customers", "8"]);
  await once(createInterface(sandbox.stdout), "line");
  const consented = ["acme", "fabrikam", ...[4, 5, 6, 7, 8].map((number) => `customer-${number}`)];
  await run("onboard", ...consented, "--provision", "--grant", "--role", "data-owner", "--round-trip", "0s");
  const send = (customer: string, service: string) => run("send", customer, restart(service), "--subject", "restart");
  for (let sent = 0; sent < 3; sent += 1) await send("acme", "web");
  for (let sent = 0; sent < 2; sent += 1) await send("fabrikam", "api");
  await Promise.all([work("acme", 3), work("fabrikam", 2)]);
  return {
    ...{ folder, env, run, work },
    [Symbol.asyncDispose]: async () => {
      sandbox.kill("SIGINT");
      await once(sandbox, "close");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
