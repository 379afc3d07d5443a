import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { z } from "zod";

const outcome = z.strictObject({
  figures: z.record(z.string(), z.number()).optional(),
  broken: z.string().optional(),
});

export type Outcome = Readonly<z.output<typeof outcome>>;

/**
 * Returns the last line that the program prints. A program that hangs is ended at the deadline, with all processes that
 * it started and with its temporary files. It counts as broken and does not block other runs.
 */
export async function runWithDeadline(args: readonly string[], seconds: number): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "xtenant-fault-"));
  const child = spawn(process.execPath, args, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TMPDIR: folder },
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup(child.pid);
  }, 1000 * seconds);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  clearTimeout(timer);
  endGroup(child.pid);
  await rm(folder, { recursive: true, force: true });
  if (late) return { broken: `did not end within ${seconds} s` };
  return read(stdout) ?? { broken: `the run failed: ${/^\w*Error.*$/m.exec(stderr)?.[0] ?? stderr.slice(-300)}` };
}

function read(stdout: string): Outcome | undefined {
  try {
    return outcome.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
  } catch {
    return undefined;
  }
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // All processes ended without a signal.
  }
}
