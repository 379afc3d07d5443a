import { expect, test } from "vitest";
import { runProgram } from "../../../src/lib/processes/run-program.ts";

test("a zero byte in a value of the environment, which a message may bring, does not keep the program from running", async () => {
  const { exitCode, output } = await runProgram({
    program: process.execPath,
    args: ["-e", "process.stdout.write(process.env.SUBJECT)"],
    input: Buffer.alloc(0),
    env: { PATH: process.env.PATH, SUBJECT: "re\0start" },
  });

  expect(exitCode).toBe(0);
  expect(Buffer.from(output).toString("utf8")).toBe("restart");
});
