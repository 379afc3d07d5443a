import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { startSandbox } from "../sandbox/src/start.ts";
import { seedFleet } from "./seeded-fleet.ts";

/**
 * A sandbox with this number of customers, at this distance in milliseconds for each way. Usage: node bench/cloud.ts
 * <folder> <customers> [delay] [worker]. At a distance, `turns` in the folder gets a line for each connection that
 * ended: how often it waited for the other side. The customer `worker` has a worker next to the broker. Ends when
 * standard input ends.
 */
const [directory = ".", count = "1", delay = "0", worker] = process.argv.slice(2);
const ended = ({ turns }: { readonly turns: number }) => appendFileSync(join(directory, "turns"), `${turns}\n`);
const sandbox = await startSandbox({
  ...{ directory, port: 0, roleDelay: 0, log: () => {} },
  ...(Number(delay) > 0 ? { distance: { delay: Number(delay), ended } } : {}),
});
seedFleet(sandbox, directory, Number(count));
const nearby =
  worker &&
  spawn(
    process.execPath,
    [join(import.meta.dirname, "worker.ts"), directory, worker, String(sandbox.inside.nearPort)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
if (nearby) await once(nearby.stdout, "data");
process.stdout.write(`${JSON.stringify({ port: sandbox.port })}\n`);
process.stdin.resume();
await once(process.stdin, "end");
if (nearby) nearby.kill();
await sandbox.close();
