import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

export type Cost = { readonly seconds: number; readonly cpuSeconds: number; readonly megabytes: number };

/** Linux' clock tick for /proc (proc_pid_stat(5)); 100 on every platform that Node runs on. */
const ticksPerSecond = 100;

/** Processor time so far, and the maximum resident memory in MB (Linux: /proc). */
export function costSoFar(pid: number): Omit<Cost, "seconds"> {
  const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const [user = 0, system = 0] = fields.split(" ").slice(11, 13).map(Number);
  const highest = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  if (highest === undefined) throw new Error(`${pid} has ended`);
  return { cpuSeconds: (user + system) / ticksPerSecond, megabytes: Number(highest) / 1024 };
}

/** Current resident memory, in MB. */
export const residentNow = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

/** Runs a program to its end and discards its output. */
export async function costOf(args: readonly string[]): Promise<Cost> {
  const start = performance.now();
  // A pipe that is read here, like a consumer of the records.
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.resume();
  let last: Omit<Cost, "seconds"> = { cpuSeconds: Number.NaN, megabytes: Number.NaN };
  const timer = setInterval(() => {
    last = lookedAt(child) ?? last;
  }, 20);
  const [status] = await once(child, "exit");
  clearInterval(timer);
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}`);
  return { seconds: (performance.now() - start) / 1000, ...last };
}

function lookedAt({ pid }: ChildProcess) {
  try {
    return costSoFar(Number(pid));
  } catch {
    return undefined; // it has just ended
  }
}
