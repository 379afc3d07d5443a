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
  const bodies = (queue: string) =>
    fake.memory.messages(fake.customer("acme"), queue).map(({ body }) => String(Buffer.from(body)));
  return { exitCode, left, bodies, stdout: terminal.stdout.text(), stderr: terminal.stderr.text() };
}

test("poll without a name asks at a terminal, and receives nothing after a no", async () => {
  const { exitCode, left, stderr } = await atTerminal(["poll", "--idle", "0s"], "n\n");

  expect(stderr).toContain("Receive and complete the statuses of 3 customers (acme, fabrikam,");
  expect({ exitCode, left: left("statuses") }).toEqual({ exitCode: 130, left: 3 });
});

test("poll ends with what it received", async () => {
  const { left, stderr } = await atTerminal(["poll", "acme", "fabrikam", "--idle", "0s"]);

  expect(stderr).toContain("received 6 messages from 2 customers");
  expect(left("statuses")).toBe(0);
});

test("poll ends with what it received, also where a customer failed", async () => {
  const { exitCode, stderr } = await atTerminal(["poll", "--all", "--idle", "0s"]);

  expect(exitCode).toBe(3);
  expect(stderr).toContain("received 6 messages from 2 customers");
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

test.each(["--json", "-o table"])("poll --format with %s is refused before a message is received", async (option) => {
  const { exitCode, left, stderr } = await atTerminal(["poll", "acme", "--format", "{body}", ...option.split(" ")]);

  expect(stderr).toContain("--format prints text");
  expect({ exitCode, left: left("statuses") }).toEqual({ exitCode: 2, left: 3 });
});

test("send to several customers asks at a terminal, and sends nothing after a no", async () => {
  const { exitCode, left, stderr } = await atTerminal(["send", "acme", "fabrikam", "restart"], "n\n");

  expect(stderr).toContain('Send "restart" to 2 customers (acme, fabrikam) of');
  expect({ exitCode, left: left("commands") }).toEqual({ exitCode: 130, left: 0 });
});

test("send --yes, and send to one customer, do not ask", async () => {
  const several = await atTerminal(["send", "acme", "fabrikam", "restart", "--yes"]);
  const one = await atTerminal(["send", "acme", "restart"]);

  expect([several.exitCode, several.left("commands"), one.exitCode, one.left("commands")]).toEqual([0, 1, 0, 1]);
});

test("send --dry-run shows what each customer would get, and sends nothing", async () => {
  const { left, stdout } = await atTerminal(["send", "--all", "restart", "-n", "3", "--dry-run"]);

  expect(stdout).toContain("would send 3 messages to acme (commands)");
  expect(left("commands")).toBe(0);
});

test("@file is the content of the file, and a name of a file alone is warned about", async () => {
  const content = await atTerminal(["send", "acme", "@xtenant.json"]);
  const name = await atTerminal(["send", "acme", "xtenant.json"]);
  const text = await atTerminal(["send", "acme", "@@here"]);

  expect(content.bodies("commands")).toEqual([expect.stringContaining('"provider"')]);
  expect(name.bodies("commands")).toEqual(["xtenant.json"]);
  expect(name.stderr).toContain("for the file: @xtenant.json");
  expect(text.bodies("commands")).toEqual(["@here"]);
});

test("--correlate refuses a path that no status can have", async () => {
  const { exitCode, left, stderr } = await atTerminal(["send", "acme", "x", "--wait", "--correlate", "bdy.id"]);

  expect(stderr).toContain("did you mean body?");
  expect({ exitCode, left: left("commands") }).toEqual({ exitCode: 2, left: 0 });
});

test("customers that fail for one cause are one group, after those that succeeded", async () => {
  const { stdout } = await atTerminal(["send", "--all", "x", "--wait", "--timeout", "100ms", "--yes"]);

  expect(stdout).toMatch(
    /^sent [\s\S]*failed tailspin [\s\S]*failed 2 customers: timed out after 0.1 s .* from <customer>/m,
  );
  expect(stdout).toContain("names acme, fabrikam");
});
