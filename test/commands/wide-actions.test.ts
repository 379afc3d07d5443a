import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { noTelemetry } from "../../src/lib/telemetry/telemetry.ts";
import { main } from "../../src/main.ts";
import { configOnDisk } from "../fakes/config-on-disk.ts";
import { threeCustomers } from "../fakes/context.ts";
import { withStatuses } from "../fakes/statuses.ts";
import { fakeTerminal } from "../fakes/terminal.ts";

/** Runs a command line at a terminal where a person types an answer. */
async function atTerminal(argv: readonly string[], answer = "") {
  const fake = await withStatuses("acme", "fabrikam");
  await using disk = await configOnDisk(threeCustomers);
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const terminal = { ...fakeTerminal({ isTTY: true, workingDirectory: disk.path, env: { TERM: "dumb" } }), stdin };
  const ended = main(argv, terminal, () => ({ azure: fake.memory.cloud, telemetry: noTelemetry }));
  if (answer !== "") {
    await expect.poll(() => terminal.stderr.text()).toContain("(y/N)");
    stdin.write(answer);
  }
  const exitCode = await ended;
  const left = (queue: string) => fake.memory.messages(fake.customer("acme"), queue).length;
  return { exitCode, left, stdout: terminal.stdout.text(), stderr: terminal.stderr.text() };
}

test("poll without a name asks at a terminal, and receives nothing after a no", async () => {
  const { exitCode, left, stderr } = await atTerminal(["poll", "--idle", "0s"], "n\n");

  expect(stderr).toContain("Receive and complete the statuses of 3 customers (acme, fabrikam, tailspin) of");
  expect({ exitCode, left: left("statuses") }).toEqual({ exitCode: 130, left: 3 });
});

test("poll ends with what it received", async () => {
  const { left, stderr } = await atTerminal(["poll", "acme", "fabrikam", "--idle", "0s"]);

  expect(stderr).toContain("received 6 messages from 2 customers");
  expect(left("statuses")).toBe(0);
});

test.each([["--all"], ["--yes"], ["--peek"]])("poll %s does not ask", async (option) => {
  const { stderr, stdout } = await atTerminal(["poll", option, "--idle", "0s"]);

  expect(stderr).not.toContain("Receive and complete");
  expect(stdout).toContain("acme-3");
});

test("a misspelled field of --format ends poll before a message is received", async () => {
  const { exitCode, left, stderr } = await atTerminal(["poll", "acme", "-f", "{propertes.outcome}"]);

  expect(stderr).toContain("did you mean properties?");
  expect({ exitCode, left: left("statuses") }).toEqual({ exitCode: 2, left: 3 });
});
