import { execFile } from "node:child_process";
import { expect, test } from "vitest";
import { heapLimitOf } from "../../bin/heap-limit.ts";

const guard = new URL("../../bin/heap-limit.ts", import.meta.url).href;

/**
 * Runs a process with so much memory. It keeps more and more, until the guard says to stop. The pauses let V8 finish its
 * collections, also on a busy machine: without them it may end the process first.
 */
const fill = (megabytes: number) =>
  new Promise<{ readonly exitCode: unknown; readonly stdout: string }>((resolve) => {
    const script = `const { guardHeapLimit } = await import(${JSON.stringify(guard)});
      await guardHeapLimit(process, ({ code, exitCode }) => { console.log(code); process.exit(exitCode); });
      const kept = [];
      const keep = () => { for (let n = 0; n < 100; n += 1) kept.push(new Array(100).fill(n)); setTimeout(keep, 1); };
      keep();`;
    const args = [`--max-old-space-size=${megabytes}`, "--input-type=module", "-e", script];
    execFile(process.execPath, args, (error, stdout) => resolve({ exitCode: error?.code, stdout }));
  });

test("a process whose memory runs out is stopped with a failure, before V8 ends it", async () => {
  expect(await fill(32)).toEqual({ exitCode: 8, stdout: "HeapLimitReached\n" });
});

test("a limit below what the SDKs need is refused before they are loaded", async () => {
  const { guardHeapLimit } = await import("../../bin/heap-limit.ts");
  const program = { execArgv: ["--max-old-space-size=16"], env: {} };

  await expect(guardHeapLimit(program, () => {})).rejects.toMatchObject({ code: "HeapLimitReached" });
});

test.each([
  [[], undefined, undefined],
  [["--max-old-space-size=64"], undefined, 64],
  [["--max_old_space_size", "64"], undefined, 64],
  [[], "--no-warnings --max-old-space-size=32", 32],
  [["--max-old-space-size=64"], "--max-old-space-size=32", 64],
])("arguments %j and NODE_OPTIONS %j set the limit to %j MB", (execArgv, NODE_OPTIONS, megabytes) => {
  const limit = heapLimitOf({ execArgv, env: { NODE_OPTIONS } });

  expect(limit).toBe(megabytes && megabytes * 1024 ** 2);
});
