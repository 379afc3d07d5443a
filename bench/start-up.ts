import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Contender, inTurns, report } from "./timed.ts";

/**
 * What starting costs, beside a bare `node -e 0`. Wanted: 1.5 times that for everything that needs no SDK.
 * Usage: node bench/start-up.ts [rounds]
 */
const rounds = Number(process.argv[2] ?? 21);
const root = join(import.meta.dirname, "..");
const node = process.execPath;

const built = (...args: string[]): Contender => ({
  name: `xtenant ${args.join(" ")}`,
  program: node,
  args: [join(root, "dist/xtenant.js"), ...args],
});
const contenders: readonly Contender[] = [
  { name: "node -e 0", program: node, args: ["-e", "0"] },
  built("--version"),
  built("--help"),
  built("send", "--help"),
  built("explain", "AADSTS700016"),
  { name: "unbundled --version", program: node, args: [join(root, "bin/xtenant.ts"), "--version"] },
  ...(existsSync("/usr/bin/az") ? [{ name: "az --version", program: "/usr/bin/az", args: ["--version"] }] : []),
];

process.stdout.write(`start-up, median of ${rounds} rounds in turns; Node ${process.version}\n`);
process.stdout.write(`${report(inTurns(contenders, rounds))}\n`);
