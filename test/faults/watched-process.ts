import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { cleanEnv, program } from "../e2e/xtenant.ts";
import { digest } from "./rig.ts";

export type Written = { readonly customer: string; readonly id: string; readonly digest: string };

export type Watched = {
  readonly pid: number;
  /** Immediately reads all output of the process, without waiting. */
  look(): void;
  /** The complete lines so far. */
  readonly lines: readonly string[];
  /** Resolves at the first line that matches, in the past or the future. */
  line(fits: (line: string) => boolean): Promise<string>;
  /** Resolves when this number of messages was printed. */
  messages(count: number): Promise<void>;
  /** Stops or resumes reading the stdout of the process. */
  pause(paused: boolean): void;
  /** Closes the pipe like `head`, after it read all output so far. */
  leave(): void;
  /** The maximum memory of the process, in MB. */
  peakMegabytes(): number;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<{
    readonly exitCode: number | null;
    readonly signal: string | null;
    readonly stderr: string;
  }>;
};

export type Launch = {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Reads another destination of the program's messages, such as a file. Its lines count too. */
  readonly sink?: (take: (line: string) => void) => void;
  /** A device to write to instead of the pipe, such as /dev/full. */
  readonly stdout?: string;
  readonly wrote: (record: Written) => void;
};

const lookEveryMilliseconds = 4;

/**
 * The real program with a pipe for its stdout. The pipe is read without waiting. When the broker reports a settlement,
 * all output of the process so far is read before the settlement is recorded.
 */
export function launchWatched(args: readonly string[], { folder, env, sink, stdout: device, wrote }: Launch): Watched {
  const pipe = join(folder, `stdout-${randomUUID()}`);
  execFileSync("mkfifo", ["-m", "600", pipe]);
  // Also opened for writing, so that it does not end when a process ends.
  const stdout = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  const forChild = openSync(device ?? pipe, constants.O_WRONLY);
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...cleanEnv, ...env },
    stdio: ["ignore", forChild, "pipe"],
  });
  closeSync(forChild);
  const stderr = child.stderr === null ? Promise.resolve("") : text(child.stderr);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let paused = false;
  let messages = 0;
  const take = (line: string) => {
    lines.push(line);
    const record = recordOf(line);
    if (record === undefined) return;
    messages += 1;
    wrote(record);
  };
  const fromPipe = lineReader(() => (left ? undefined : stdout), take);
  const fromSink = () => sink?.(take);
  const look = () => {
    if (paused) return;
    const before = lines.length;
    fromPipe();
    fromSink();
    if (lines.length > before) for (const wake of waiting) wake();
  };
  let left = false;
  const leave = () => {
    if (!left) closeSync(stdout);
    left = true;
  };
  const timer = setInterval(look, lookEveryMilliseconds);
  const ended = (async () => {
    const [[exitCode, signal], said] = await Promise.all([once(child, "close"), stderr]);
    clearInterval(timer);
    paused = false;
    look();
    leave();
    return { exitCode: exitCode as number | null, signal: signal as string | null, stderr: said };
  })();
  const until = (isSo: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const wake = () => {
        if (!isSo()) return;
        waiting.delete(wake);
        resolve();
      };
      waiting.add(wake);
      wake();
      void ended.then(({ stderr: said }) => {
        if (isSo()) resolve();
        else reject(new Error(`the program ended early: ${said}`));
      });
    });
  return {
    pid: child.pid ?? 0,
    look,
    lines,
    async line(fits) {
      await until(() => lines.some(fits));
      return lines.find(fits) ?? "";
    },
    messages: (count) => until(() => messages >= count),
    leave: () =>
      whileStopped(child, () => {
        look();
        leave();
      }),
    peakMegabytes: () => {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024);
    },
    pause(now) {
      paused = now;
    },
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

/**
 * Output between the last read of a pipe and its end would be lost with the pipe. Therefore the process is stopped
 * during that time.
 */
function whileStopped({ pid }: ChildProcess, work: () => void): void {
  if (pid === undefined) throw new Error("the program did not start");
  process.kill(pid, "SIGSTOP");
  while (!/^State:\t[TZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8")));
  work();
  process.kill(pid, "SIGCONT");
}

/** Returns complete lines since the last call. A partial line of a killed process is ignored. */
function lineReader(descriptorOf: () => number | undefined, take: (line: string) => void): () => void {
  const chunk = Buffer.alloc(256 * 1024);
  let rest = Buffer.alloc(0);
  let closed = false;
  return () => {
    const descriptor = descriptorOf();
    if (closed || descriptor === undefined) return;
    for (;;) {
      const length = read(descriptor, chunk);
      if (length === undefined) closed = true;
      if (!length) return;
      rest = Buffer.concat([rest, chunk.subarray(0, length)]);
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        take(rest.subarray(0, end).toString());
        rest = rest.subarray(end + 1);
      }
    }
  };
}

/** Returns 0 when there is nothing to read now, and undefined when the descriptor was closed. */
function read(descriptor: number, into: Buffer): number | undefined {
  try {
    return readSync(descriptor, into);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return 0;
    return undefined;
  }
}

/**
 * Reads the complete lines of a file since the last call. The position is always after a complete line, because a
 * restarted process may remove a partial one.
 */
export function fileReader(path: string): (take: (line: string) => void) => void {
  let offset = 0;
  return (take) => {
    const text = textFrom(path, offset);
    const end = text.lastIndexOf(10) + 1;
    for (const line of text.subarray(0, end).toString().split("\n").slice(0, -1)) take(line);
    offset += end;
  };
}

/** Reads a file whose end may be removed and written again: every line that was not at its place before. */
export function changingFileReader(path: string): (take: (line: string) => void) => void {
  let seen: readonly string[] = [];
  return (take) => {
    const text = textFrom(path, 0).toString();
    const lines = text
      .slice(0, text.lastIndexOf("\n") + 1)
      .split("\n")
      .slice(0, -1);
    for (const [n, line] of lines.entries()) if (line !== seen[n]) take(line);
    seen = lines;
  };
}

function textFrom(path: string, offset: number): Buffer {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const text = Buffer.alloc(Math.max(0, fstatSync(file).size - offset));
    return text.subarray(0, readSync(file, text, 0, text.length, offset));
  } catch {
    return Buffer.alloc(0);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function recordOf(line: string): Written | undefined {
  const record = parsed(line);
  if (record?.type !== "message") return undefined;
  const { customer, messageId, body } = record;
  return { customer: String(customer), id: String(messageId), digest: digest(String(body)) };
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
