import { startSandbox } from "../src/start.ts";

/**
 * Starts a sandbox for a test, with the options of the argument (JSON), and prints its address as one line of JSON. Closes it
 * when standard input ends, so that a sandbox never outlives the test that started it.
 */
const sandbox = await startSandbox({
  ...JSON.parse(process.argv[2] ?? ""),
  log: (line: string) => process.stderr.write(`${line}\n`),
});
process.stdout.write(`${JSON.stringify({ port: sandbox.port, configFile: sandbox.configFile })}\n`);
process.stdin.resume().once("end", () => void sandbox.close());
