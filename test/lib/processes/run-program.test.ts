import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runProgram } from "../../../src/lib/processes/run-program.ts";
import { openFolder } from "../../fakes/folder.ts";

const { PATH } = process.env;
const run = (
  script: string,
  { args = [], input = "" }: { args?: readonly string[]; input?: string | Uint8Array } = {},
) =>
  runProgram({
    program: process.execPath,
    args: ["-e", script, "--", ...args],
    input: Buffer.from(input),
    env: { PATH },
  });

const text = (output: Uint8Array) => Buffer.from(output).toString("utf8");

describe("a program", () => {
  test("gets its input on stdin, and its output and exit code come back", async () => {
    const { exitCode, output } = await run("process.stdin.pipe(process.stdout); process.exitCode = 7", {
      input: Uint8Array.of(0, 255, 10),
    });

    expect(exitCode).toBe(7);
    expect([...output]).toEqual([0, 255, 10]);
  });

  test("gets its arguments as they are: no shell reads them", async () => {
    const args = ["; exit 1", "$(id)", "`id`", "$PATH", "* ?", "'\"", "a && b | c > d", "\\", "", "-x", "zwei\nZeilen"];

    const { output } = await run("process.stdout.write(JSON.stringify(process.argv.slice(1)))", { args });

    expect(JSON.parse(text(output))).toEqual(args);
  });

  test("sees the environment it was given and no more", async () => {
    const { output } = await runProgram({
      program: process.execPath,
      args: ["-e", "process.stdout.write(JSON.stringify([process.env.GIVEN, process.env.HOME]))"],
      input: Buffer.alloc(0),
      env: { PATH, GIVEN: "yes" },
    });

    expect(JSON.parse(text(output))).toEqual(["yes", null]);
  });

  test("may end without reading a large input", async () => {
    const { exitCode } = await run("process.exit(3)", { input: Buffer.alloc(8_000_000) });

    expect(exitCode).toBe(3);
  });

  test("may close its stdin and go on", async () => {
    const script = "process.stdin.destroy(); process.stdout.write('done')";

    expect(text((await run(script, { input: Buffer.alloc(8_000_000) })).output)).toBe("done");
  });

  test("that takes too long is asked to end, and ended when it does not", async () => {
    const stubborn =
      "process.on('SIGTERM', () => process.stdout.write('asked')); setInterval(() => {}, 1000); process.stdout.write('up ')";

    const execution = { program: process.execPath, args: ["-e", stubborn], input: Buffer.alloc(0), env: { PATH } };
    const { output, ...ended } = await runProgram({ ...execution, timeoutMilliseconds: 500, graceMilliseconds: 100 });

    expect(ended).toEqual({ exitCode: 128, stopped: true });
    expect(text(output)).toBe("up asked");
  });

  test("that leaves another behind, which keeps stdout open, has ended all the same", async () => {
    const execution = { program: "/bin/sh", input: Buffer.alloc(0), env: { PATH } };
    const { output, exitCode } = await runProgram({
      ...execution,
      args: ["-c", "echo said; sleep 20 2>/dev/null & exit 5"],
    });

    expect([text(output), exitCode]).toEqual(["said\n", 5]);
  }, 10_000);

  test("that a signal ended counts as exit code 128", async () => {
    expect((await run("process.kill(process.pid, 'SIGKILL')")).exitCode).toBe(128);
  });
});

describe("a program that cannot be run is a mistake of the command line", () => {
  const execution = { args: [], input: Buffer.alloc(1_000_000), env: { PATH } };

  test("because there is none", async () => {
    await expect(runProgram({ ...execution, program: "no-such-program-anywhere" })).rejects.toMatchObject({
      kind: "usage",
      code: "ExecFailed",
      message: "cannot run no-such-program-anywhere: there is no such file or folder (ENOENT)",
    });
  });

  test("because it is not executable", async () => {
    await using folder = await openFolder();
    const program = join(folder.path, "handler.txt");
    await writeFile(program, "no program");
    await chmod(program, 0o600);

    await expect(runProgram({ ...execution, program })).rejects.toMatchObject({ kind: "usage", message: /EACCES$/ });
  });

  test("because a command line in one word is no program", async () => {
    await expect(runProgram({ ...execution, program: "cat -" })).rejects.toMatchObject({ kind: "usage" });
  });
});
