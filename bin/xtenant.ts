#!/usr/bin/env node
// Only what every Node with modules understands, so that an old one can be told so: the rest is loaded after the check.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const supported = major === 22 ? minor >= 19 : major === 24 ? minor >= 5 : major > 24;

if (supported) {
  const [{ main }, { azureCloud }, { systemTerminal }, { tolerateLateRejections }] = await Promise.all([
    import("../src/main.ts"),
    import("../src/lib/azure/cloud.ts"),
    import("../src/lib/cli/terminal.ts"),
    import("../src/lib/cli/late-rejections.ts"),
  ]);
  const terminal = systemTerminal(process);
  tolerateLateRejections(process);
  process.exitCode = await main(process.argv.slice(2), terminal, (config, { log }) =>
    azureCloud(() => config.read(), { env: terminal.env, log }),
  );
  // Idle connections of the SDKs must not keep a finished command alive; everything printed has been taken by now.
  process.exit();
} else {
  process.stderr.write(
    `xtenant needs Node 22.19 or newer (24.5 or newer in the 24 line); this is ${process.versions.node}\n`,
  );
  process.exitCode = 2;
}
