import { keepCompiledCode } from "./lib/cli/compile-cache.ts";
import { tolerateLateRejections } from "./lib/cli/late-rejections.ts";
import { keepHeapSmall } from "./lib/cli/small-heap.ts";
import { systemTerminal, type Terminal } from "./lib/cli/terminal.ts";
import { cloudOnDemand } from "./lib/cloud-on-demand.ts";
import { telemetryOnDemand } from "./lib/telemetry/telemetry-on-demand.ts";
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
    const traceSdks = async () => (await import("./lib/azure/instrumenter.ts")).traceSdks();
    const telemetry = telemetryOnDemand({ env: terminal.env, log, traceSdks });
    const cloud = cloudOnDemand(async () => {
      keepHeapSmall(process.versions.node);
      const [{ azureCloud }, { observed }] = await Promise.all([
        import("./lib/azure/cloud.ts"),
        import("./lib/telemetry/observed-cloud.ts"),
      ]);
      return observed(
        azureCloud(() => config.read(), { env: terminal.env, log }),
        telemetry.observer,
      );
    });
    return { cloud, telemetry };
  });
  // Idle connections of the SDKs must not keep a finished command alive; everything printed has been taken by now.
  process.exit();
}
