import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { configOnDisk } from "../fakes/config-on-disk.ts";
import { threeCustomers } from "../fakes/context.ts";
import { hasTerminal, onTerminal } from "./pseudo-terminal.ts";

const needed = hasTerminal ? "" : "(skipped: util-linux's script is not on this machine) ";
const enter = "\r";
const interrupt = "\u0003";

async function operator() {
  const disk = await configOnDisk(threeCustomers);
  onTestFinished(() => disk[Symbol.asyncDispose]());
  const home = join(disk.path, "home");
  await mkdir(join(home, "xtenant"), { recursive: true });
  const contexts = { prod: { config: disk.file }, test: { config: disk.file } };
  await writeFile(join(home, "xtenant/contexts.json"), JSON.stringify({ contexts }));
  return { cwd: disk.path, env: { XDG_CONFIG_HOME: home } };
}

test.skipIf(!hasTerminal)(`${needed}a missing customer is picked from a list that can be searched`, async () => {
  const { exitCode, screen } = await onTerminal(["customers", "show", "-q"], {
    ...(await operator()),
    answers: [
      ["type to search", "tail"],
      ["❯ tailspin", enter],
      ["Another, or done", "acme"],
      ["❯ acme", enter],
      ["❯ done: tailspin, acme", enter],
    ],
  });

  expect(exitCode).toBe(0);
  const results = screen.slice(screen.lastIndexOf("Another, or done"));
  expect(results).toContain("77777777-7777-4777-8777-777777777777");
  expect(results).toContain("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa");
  expect(results).not.toContain("ffffffff");
});

test.skipIf(!hasTerminal)(`${needed}a missing context is picked, too, and Ctrl-C ends with 130`, async () => {
  const surroundings = await operator();

  const used = await onTerminal(["context", "use"], {
    ...surroundings,
    answers: [
      ["type to search", "test"],
      ["❯ test", enter],
    ],
  });
  const stopped = await onTerminal(["grant"], { ...surroundings, answers: [["❯ acme", interrupt]] });

  expect(used).toMatchObject({ exitCode: 0, screen: expect.stringContaining("using test") });
  expect(stopped).toMatchObject({ exitCode: 130, screen: expect.stringContaining("nothing was changed") });
});
