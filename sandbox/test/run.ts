import { startSandbox } from "../src/start.ts";

/**
 * Starts a sandbox for a test, prints where it is as one line of JSON, and closes it when standard input ends: a sandbox
 * never outlives the test that started it, however that test ended.
 */
const [directory = "", port = "0", roleDelay = "0", dataFile] = process.argv.slice(2);
const sandbox = await startSandbox({
  directory,
  port: Number(port),
  roleDelay: Number(roleDelay),
  ...(dataFile === undefined ? {} : { dataFile }),
  log: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(`${JSON.stringify({ port: sandbox.port, configFile: sandbox.configFile })}\n`);
process.stdin.resume().once("end", () => void sandbox.close());
