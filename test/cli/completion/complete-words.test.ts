import { expect, test } from "vitest";
import { completeWords } from "../../../src/cli/completion/complete-words.ts";
import { commandRegistry, createProgram } from "../../../src/program.ts";
import { fakeTerminal } from "../../fakes/terminal.ts";

const program = await createProgram({
  loaded: Object.keys(commandRegistry),
  terminal: fakeTerminal({ signal: new AbortController().signal }),
  run: () => async () => {},
});
const names = async () => ["acme", "fabrikam", "tailspin"];
const lists = { customer: names };

/** The candidates after this line; a space at its end begins a new word. */
const after = async (line: string) => (await completeWords(program, line.split(" "), lists)).map(({ word }) => word);

test("the first word is a command, and hidden ones are not named", async () => {
  expect(await after("")).toEqual(Object.keys(commandRegistry));
  expect(await after("cu")).toEqual(["customers"]);
});

test("under a group its own words follow", async () => {
  expect(await after("customers s")).toEqual(["show", "set"]);
  expect(await after("--json customers re")).toEqual(["remove"]);
});

test("a customer is completed where a command takes one, and once where it takes several", async () => {
  expect(await after("customers show ")).toEqual(["acme", "fabrikam", "tailspin"]);
  expect(await after("scheduled cancel acme ")).toEqual([]);
  expect(await after("customers show acme ")).toEqual(["fabrikam", "tailspin"]);
  expect(await after("whoami acme ")).toEqual(["fabrikam", "tailspin"]);
  expect(await after("whoami -- ta")).toEqual(["tailspin"]);
  expect(await after("customers add a")).toEqual([]);
});

test("options are the command's own and the root's, with what each does", async () => {
  const found = await completeWords(program, ["respond", "acme", "--"], lists);

  expect(found.map(({ word }) => word)).toEqual(expect.arrayContaining(["--exec", "--help", "--json", "--config"]));
  expect(found.find(({ word }) => word === "--json")?.summary).toMatch(/as JSON/);
});

test("an option's value is one of its choices, or has no candidates", async () => {
  expect(await after("sandbox env --for ")).toEqual(["az", "python", "node", "github", "provider"]);
  expect(await after("--config ")).toEqual([]);
  expect(await after("-c x.json customers show f")).toEqual(["fabrikam"]);
});

test("option and value may be one word", async () => {
  expect(await after("send acme --queue=st")).toEqual(["--queue=status"]);
  expect(await after("status --check=")).toEqual(["--check=nagios", "--check=prometheus"]);
  expect(await after("send acme --nonsense=")).toEqual([]);
});

test("several names may be one word, none of them twice", async () => {
  expect(await after("verify acme,")).toEqual(["acme,fabrikam", "acme,tailspin"]);
  expect(await after("verify tailspin acme,f")).toEqual(["acme,fabrikam"]);
  expect(await after("respond acme,")).toEqual([]);
});

test("after -- no word is an option", async () => {
  expect(await after("whoami acme -- --")).toEqual([]);
});

test("the words of a program are left to the shell", async () => {
  for (const before of [
    "respond acme --exec",
    "respond acme --exec=./handle.sh",
    "poll acme --",
    "poll -n3 --exec ./h",
  ])
    for (const typed of ["", "-", "--j", "ac"]) expect(await after(`${before} ${typed}`)).toEqual([]);
  expect(await after("poll --where --exec ac")).toEqual(["acme"]);
});
