import { once } from "node:events";
import { startSandbox } from "../sandbox/src/start.ts";
import { seedFleet } from "./seeded-fleet.ts";

/**
 * A sandbox with this number of customers. Usage: node bench/cloud.ts <folder> <customers>. Ends when standard input
 * ends.
 */
const [directory = ".", count = "1"] = process.argv.slice(2);
const sandbox = await startSandbox({ directory, port: 0, roleDelay: 0, log: () => {} });
seedFleet(sandbox, directory, Number(count));
process.stdout.write(`${JSON.stringify({ port: sandbox.port })}\n`);
process.stdin.resume();
await once(process.stdin, "end");
await sandbox.close();
