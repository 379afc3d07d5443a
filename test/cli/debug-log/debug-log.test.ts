import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { noTelemetry } from "../../../src/lib/telemetry/telemetry.ts";
import { main } from "../../../src/main.ts";
import { createMemoryCloud } from "../../fakes/memory-cloud.ts";
import { fakeTerminal } from "../../fakes/terminal.ts";

function folder() {
  const path = mkdtempSync(join(tmpdir(), "xtenant-trace-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const ports = () => ({ azure: createMemoryCloud().cloud, telemetry: noTelemetry });

const explained = (...args: readonly string[]) => {
  const terminal = fakeTerminal();
  const ended = main([...args, "explain", "AADSTS700016"], terminal, ports);
  return ended.then((exitCode) => ({ exitCode, said: terminal.stderr.text(), printed: terminal.stdout.text() }));
};

test.each(["a file", "a link"])("%s that exists is refused, and left as it is", async (what) => {
  const [file, target] = [join(folder(), "trace"), join(folder(), "target")];
  writeFileSync(target, "precious");
  what === "a link" ? symlinkSync(target, file) : writeFileSync(file, "precious");

  const { exitCode, said, printed } = await explained("--debug", file);

  expect({ exitCode, printed }).toEqual({ exitCode: 2, printed: "" });
  expect(said).toContain("the file exists");
  expect(readFileSync(file, "utf8")).toBe("precious");
});

test("the log of an earlier run is continued, unless another user can write it", async () => {
  const file = join(folder(), "trace");

  const codes = [await explained("--debug", file), await explained("--debug", file)].map(({ exitCode }) => exitCode);

  const events = readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).event);
  expect({ codes, events }).toEqual({ codes: [0, 0], events: ["begun", "ended", "begun", "ended"] });

  chmodSync(file, 0o666);
  expect((await explained("--debug", file)).exitCode).toBe(2);
});

test("a minus is standard error", async () => {
  const { exitCode, said, printed } = await explained("--debug", "-");

  expect(exitCode).toBe(0);
  expect(
    said
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).event),
  ).toEqual(["begun", "ended"]);
  expect(printed).toContain("AADSTS700016");
});

test("the command line is logged without the message body", async () => {
  const file = join(folder(), "trace");
  const terminal = fakeTerminal({ workingDirectory: folder() });
  const line = [
    "send",
    "--all",
    "canary",
    "--property",
    "p=canary",
    "--subject",
    "canary",
    "--wait",
    "--timeout",
    "5s",
  ];
  const exitCode = await main(["--debug", file, ...line], terminal, ports);

  const [begun] = readFileSync(file, "utf8").split("\n");
  expect(exitCode).toBe(2);
  expect(JSON.parse(begun ?? "")).toMatchObject({
    event: "begun",
    words: ["send"],
    arguments: { "customers and body": ["<6 characters>"] },
    options: { "--all": true, "--wait": true, "--timeout": 5000, "--subject": "<6 characters>", "--debug": file },
  });
  expect(readFileSync(file, "utf8")).not.toContain("canary");
});
