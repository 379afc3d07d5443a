import { readFileSync } from "node:fs";
import { isatty, type ReadStream, type WriteStream } from "node:tty";
import { asciiStream } from "../output/ascii.ts";

type Input = NodeJS.ReadableStream & Partial<Pick<ReadStream, "isTTY">>;
type Output = NodeJS.WritableStream & Partial<Pick<WriteStream, "isTTY" | "columns">>;

/** The slice of the process that a command line may touch; tests pass one of buffers. */
export type Terminal = {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** The program and first arguments with which a command line can be run in a process of its own. */
  readonly self: readonly [string, ...string[]];
  /** Announces how many connections a command is going to hold, so that the process can limit its memory. */
  readonly expectConnections: (count: number) => void;
  /**
   * Aborted by SIGINT and SIGTERM, and by SIGHUP at a terminal (reason: the signal's name), by a failing stdout (reason: its
   * error), and where memory runs out (reason: the Failure).
   */
  readonly signal: AbortSignal;
  /** Calls back at each SIGHUP of a process without a terminal: its files were moved. The result ends that. */
  readonly onReopen?: (listener: () => void) => () => void;
  /** What a terminal does with a job. Absent where nobody can do it. */
  readonly job?: JobControl;
};

export type JobControl = {
  /** As Ctrl-C. */
  interrupt(): void;
  /** As Ctrl-Z. */
  suspend(): void;
  /** Calls back each time the job goes on. The result ends that. */
  onContinue(listener: () => void): () => void;
  /** Whether the terminal's keys are for this job. */
  isForeground(): boolean;
  /** Until it is disposed of, Ctrl-C is for the program of this job that a person uses, which gets it, too. */
  ignoreInterrupts(): Disposable;
};

const jobOf = (process: NodeJS.Process, ignoreInterrupts: JobControl["ignoreInterrupts"]): JobControl => ({
  ignoreInterrupts,
  interrupt: () => void process.kill(process.pid, "SIGINT"),
  suspend: () => void process.kill(process.pid, "SIGTSTP"),
  onContinue: (listener) => {
    const continued = () => {
      // Only the job in the foreground gets the signal of a window that changed meanwhile.
      process.kill(process.pid, "SIGWINCH");
      listener();
    };
    process.on("SIGCONT", continued);
    return () => void process.off("SIGCONT", continued);
  },
  isForeground: () => {
    try {
      // After the name of the program in parentheses: state, parent, process group, session, terminal, and its group.
      const [, , group, , , foreground] = readFileSync("/proc/self/stat", "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      return group === foreground;
    } catch {
      return false;
    }
  },
});

type SystemTerminalOptions = Pick<Terminal, "self" | "expectConnections"> & {
  /** Aborts the terminal's signal. */
  readonly stop?: AbortController;
};

/** The real one. A second signal ends the process at once. */
export function systemTerminal(
  process: NodeJS.Process,
  { self, expectConnections, stop = new AbortController() }: SystemTerminalOptions,
): Terminal {
  // A process at a terminal hears that it hangs up. A daemon is asked to open its files again, and goes on, as under nohup.
  const isAtTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
  const reopening = new Set<() => void>();
  if (!isAtTerminal) process.on("SIGHUP", () => reopening.forEach((reopen) => void reopen()));
  let ignoring = 0;
  const ignoreInterrupts = () => {
    ignoring += 1;
    return {
      [Symbol.dispose]: () => {
        ignoring -= 1;
      },
    };
  };
  for (const name of ["SIGINT", "SIGTERM", ...(isAtTerminal ? ["SIGHUP" as const] : [])] as const) {
    // Not `once`: what shows the cursor again (signal-exit) kills a process in which it finds no other handler.
    const stopOrEnd = () => {
      if (name === "SIGINT" && ignoring > 0) return;
      if (!stop.signal.aborted) return stop.abort(name);
      process.off(name, stopOrEnd);
      process.kill(process.pid, name);
    };
    process.on(name, stopOrEnd);
  }
  process.stdout.on("error", (error) => stop.abort(error));
  return {
    // Opening a standard stream loads what kind of stream it is; most command lines never touch this one.
    get stdin() {
      return process.stdin;
    },
    stdout: asciiStream(process.stdout, process.env),
    get stderr() {
      return asciiStream(process.stderr, process.env);
    },
    env: process.env,
    workingDirectory: process.cwd(),
    self,
    expectConnections,
    signal: stop.signal,
    onReopen: (listener) => {
      reopening.add(listener);
      return () => void reopening.delete(listener);
    },
    job: jobOf(process, ignoreInterrupts),
  };
}

/** Whether a person types the command line and sees its results. */
export const isWatched = (terminal: Pick<Terminal, "stdin" | "stdout" | "stderr" | "env">) => {
  const { stdout, stderr, env } = terminal;
  return (
    stdout.isTTY === true && stderr.isTTY === true && env.TERM !== "dumb" && !env.CI && terminal.stdin.isTTY === true
  );
};

/** A reader that went away (`| head -1`) is no failure. */
export const isClosedPipe = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED");
