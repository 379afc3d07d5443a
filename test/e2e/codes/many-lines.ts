import { createInterface } from "node:readline";
import { Readable, Writable } from "node:stream";
import { prepareProcess } from "../../../bin/prepare-process.ts";
import { createAzureServices } from "../../../src/lib/azure/azure-services.ts";
import { noTelemetry } from "../../../src/lib/telemetry/telemetry.ts";
import { main } from "../../../src/main.ts";

/**
 * Runs the program once for each line of standard input, a JSON array of arguments. Answers with a line of JSON: the
 * output and exit code of a separate process. The SDKs are loaded only once.
 */
const buffer = () => {
  const chunks: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return { stream, text: () => chunks.join("") };
};

for await (const line of createInterface(process.stdin)) {
  const [stdout, stderr] = [buffer(), buffer()];
  const terminal = {
    stdin: Readable.from([]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: process.env,
    workingDirectory: process.cwd(),
    self: [process.execPath, ""] as const,
    expectConnections: () => {},
    signal: new AbortController().signal,
  };
  const exitCode = await main(JSON.parse(line), { ...terminal, self: [process.execPath] }, (config, { log }) => ({
    azure: createAzureServices(() => config.read(), {
      env: terminal.env,
      log,
      prepareProcess: prepareProcess(process.env, log),
    }),
    telemetry: noTelemetry,
  }));
  process.stdout.write(`${JSON.stringify({ exitCode, stdout: stdout.text(), stderr: stderr.text() })}\n`);
}
process.exit();
