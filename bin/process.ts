import { systemTerminal, type Terminal } from "../src/cli/terminal/terminal.ts";
import { createUnfinishedWork } from "../src/lib/concurrency/unfinished-work.ts";
import { lazyAzureServices } from "../src/lib/ports/lazy-azure-services.ts";
import { lazyTelemetry } from "../src/lib/telemetry/lazy-telemetry.ts";
import { main } from "../src/main.ts";
import { keepCompiledCode } from "./compile-cache.ts";
import { reportUncaught, silenceConsole } from "./contain-libraries.ts";
import { tolerateLateRejections } from "./late-rejections.ts";
import { hideSqliteWarning } from "./sqlite-warning.ts";
import { limitYoungGeneration } from "./young-generation.ts";

/**
 * Runs the command line of this process over Azure and ends the process with its exit code. `self` is what another such
 * process is started with.
 */
export async function runProcess(
  process: NodeJS.Process,
  self: Terminal["self"] = [process.execPath, ...process.execArgv, process.argv[1] ?? ""],
): Promise<never> {
  const stop = new AbortController();
  const terminal = systemTerminal(process, { self, expectConnections: limitYoungGeneration, stop });
  silenceConsole(console as never);
  reportUncaught(process, terminal);
  tolerateLateRejections(process);
  hideSqliteWarning(process);
  process.exitCode = await main(process.argv.slice(2), terminal, (config, { log }) => {
    // A command runs, and not only its help is shown: what it loads is worth keeping.
    keepCompiledCode(terminal.env);
    const traceSdks = async () => (await import("../src/lib/azure/sdk-tracing.ts")).traceSdks();
    const telemetry = lazyTelemetry({ env: terminal.env, log, traceSdks });
    const unfinished = createUnfinishedWork();
    const azure = lazyAzureServices(async () => {
      const { guardHeapLimit, keepHeapSmall, prepareProcess } = await import("./before-azure.ts");
      keepHeapSmall(process.versions.node);
      await guardHeapLimit(process, (failure) => stop.abort(failure));
      const [{ createAzureServices }, { observeAzureServices }] = await Promise.all([
        import("../src/lib/azure/azure-services.ts"),
        import("../src/lib/telemetry/observe-azure-services.ts"),
      ]);
      return observeAzureServices(
        createAzureServices(() => config.read(), {
          env: terminal.env,
          log,
          prepareProcess: prepareProcess(process.env, log),
          unfinished,
        }),
        telemetry.observer,
      );
    });
    return { azure, telemetry, unfinished };
  });
  // Idle connections of the SDKs must not keep a finished command alive; everything printed has been taken by now.
  process.exit();
}
