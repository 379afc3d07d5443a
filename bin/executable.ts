// The single executable's entry: it brings its own Node, so there is none to refuse, and the whole program is one script.
import { azureCloud } from "../src/lib/azure/cloud.ts";
import { tolerateLateRejections } from "../src/lib/cli/late-rejections.ts";
import { systemTerminal } from "../src/lib/cli/terminal.ts";
import { main } from "../src/main.ts";

// It is program and script in one: a command line of its own process begins with nothing else.
const terminal = { ...systemTerminal(process), self: [process.execPath] as const };
tolerateLateRejections(process);

// A script within an executable cannot await at its top.
void main(process.argv.slice(2), terminal, (config, { log }) =>
  azureCloud(() => config.read(), { env: terminal.env, log }),
).then((exitCode) => process.exit(exitCode));
