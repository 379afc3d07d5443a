import { expect, test } from "vitest";
import { takeProgramWords } from "../../../src/cli/command/program-words.ts";
import { commandRegistry, createProgram } from "../../../src/program.ts";
import { fakeTerminal } from "../../fakes/terminal.ts";

/** The words of the command line that stay, and those of the program. */
async function divided(line: string) {
  const terminal = fakeTerminal({ signal: new AbortController().signal });
  const root = await createProgram({ loaded: Object.keys(commandRegistry), terminal, run: () => async () => {} });
  const { own } = takeProgramWords(root, line.split(" "));
  const exec = ["poll", "respond"].map((name) =>
    root.commands.find((command) => command.name() === name)?.getOptionValue("exec"),
  );
  return { own: own.join(" "), program: exec.find((value) => value !== undefined) };
}

test.each([
  ["poll acme --exec ./h -n 3 -c x --json", "poll acme", ["./h", "-n", "3", "-c", "x", "--json"]],
  ["poll acme -n 5 --exec=./h -n 3", "poll acme -n 5", ["./h", "-n", "3"]],
  ["poll acme --json -- ./h -n 3", "poll acme --json", ["./h", "-n", "3"]],
  ["poll acme --exec ./h --help --exec other", "poll acme", ["./h", "--help", "--exec", "other"]],
  ["--json respond acme --exec ./h --max 3", "--json respond acme", ["./h", "--max", "3"]],
  ["poll --where --exec --exec ./h", "poll --where --exec", ["./h"]],
  ["poll -qn3 --exec ./h", "poll -qn3", ["./h"]],
  ["poll -qn 3 --exec ./h", "poll -qn 3", ["./h"]],
  ["poll -nn -- ./h", "poll -nn", ["./h"]],
  // One -- beside the program of --exec is a separator; after a leading -- every word is the program's.
  ["respond acme --exec ./h -- -n 3", "respond acme", ["./h", "-n", "3"]],
  ["respond acme --exec -- ./h -n -- 3", "respond acme", ["./h", "-n", "--", "3"]],
  ["respond acme -- ./h -- -n", "respond acme", ["./h", "--", "-n"]],
])("%s", async (line, own, program) => {
  expect(await divided(line)).toEqual({ own, program });
});

test("a command without a program keeps its words, -- too", async () => {
  for (const line of ["send acme -- -body", "__complete -- poll acme --exec ./h -n 3", "verify --exec acme"])
    expect(await divided(line)).toEqual({ own: line, program: undefined });
});

test("a missing or empty program is refused: the messages would be printed and completed", async () => {
  for (const line of ["poll acme --exec", "poll acme --exec=", "poll acme --", "poll acme --exec --", "poll acme -- "])
    await expect(divided(line)).rejects.toMatchObject({ code: "UsageMissingOptionValue" });
});
