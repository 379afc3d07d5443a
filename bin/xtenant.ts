#!/usr/bin/env node
// This file uses only syntax that old releases of Node understand, so that they can print the error below.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const supported = major === 22 ? minor >= 19 : major === 24 ? minor >= 5 : major > 24;

if (supported) {
  const { printHelpPage, useCompiledCode } = await import("./first.ts");
  if (!(await printHelpPage(process, `${import.meta.dirname}/help`))) {
    // Before the rest of the program is loaded.
    useCompiledCode(process.env);
    const { runProcess } = await import("./process.ts");
    await runProcess(process);
  }
} else {
  process.stderr.write(
    `xtenant needs Node 22.19 or newer (24.5 or newer in the 24 line); this is ${process.versions.node}\n`,
  );
  process.exitCode = 2;
}
