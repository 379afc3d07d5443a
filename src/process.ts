import { keepCompiledCode } from "./lib/cli/compile-cache.ts";
import { tolerateLateRejections } from "./lib/cli/late-rejections.ts";
import { systemTerminal, type Terminal } from "./lib/cli/terminal.ts";
import { cloudOnDemand } from "./lib/cloud-on-demand.ts";
import { main } from "./main.ts";

/**
 * Runs the command line of this process over Azure and ends the process with its exit code. `self` is what another such
 * process is started with.
 */
export async function runProcess(
  process: NodeJS.Process,
  self: Terminal["self"] = [process.execPath, ...process.execArgv, process.argv[1] ?? ""],
): Promise<never> {
  const terminal = systemTerminal(process, self);
  tolerateLateRejections(process);
  process.exitCode = await main(process.argv.slice(2), terminal, (config, { log }) => {
    // A command runs, and not only its help is shown: what it loads is worth keeping.
    keepCompiledCode(terminal.env);
    return cloudOnDemand(async () => {
      const { azureCloud } = await import("./lib/azure/cloud.ts");
      return azureCloud(() => config.read(), { env: terminal.env, log });
    });
  });
  // Idle connections of the SDKs must not keep a finished command alive; everything printed has been taken by now.
  process.exit();
}
