import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { az, commandIndex, firstStart, quickStart } from "./independent/az-start.ts";

/** Starts the Azure CLI once, where it is installed, so that it indexes its commands for all tests and not in each. */
export default async function setup(): Promise<void> {
  const [program, index] = await Promise.all([timeOf(az), timeOf(join(firstStart, commandIndex))]);
  if (program === undefined || (index !== undefined && index > program)) return;
  await mkdir(firstStart, { recursive: true });
  const env = { ...process.env, ...quickStart, AZURE_CONFIG_DIR: firstStart, AZURE_CORE_COLLECT_TELEMETRY: "false" };
  // Where it fails, the tests that need it fail, or are skipped, and name the reason.
  await promisify(execFile)(az, ["account", "list"], { env }).catch(() => {});
}

const timeOf = async (file: string) => (existsSync(file) ? (await stat(file)).ctimeMs : undefined);
