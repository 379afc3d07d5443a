import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { print } from "./markdown-table.ts";
import { type Contender, inTurns, report } from "./timed.ts";

/**
 * The start-up time compared with a plain `node -e 0`. Targets: 1.6 times that for help, 1.8 for `onboard --url`. Usage:
 * node bench/start-up.ts [rounds]
 */
const rounds = Number(process.argv[2] ?? 21);
const root = join(import.meta.dirname, "..");
const node = process.execPath;
const folder = mkdtempSync(join(tmpdir(), "xtenant-bench-"));
const config = join(folder, "xtenant.json");
const id = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-${digit.repeat(12)}`;
const customers = { acme: { tenantId: id("2"), namespace: "acme-bus.servicebus.windows.net" } };
writeFileSync(config, JSON.stringify({ provider: { tenantId: id("1"), clientId: id("3") }, customers }));

const built = (...args: string[]): Contender => ({
  name: `\`xtenant ${args.join(" ")}\``,
  program: "env",
  args: [`XTENANT_CONFIG=${config}`, node, join(root, "dist/xtenant.js"), ...args],
});
const contenders: readonly Contender[] = [
  { name: "`node -e 0`", program: "env", args: [`XTENANT_CONFIG=${config}`, node, "-e", "0"] },
  built("--version"),
  built("--help"),
  built("send", "--help"),
  built("explain", "AADSTS700016"),
  built("completion", "bash"),
  built("onboard", "acme", "--url"),
  {
    name: "the same program, not bundled: `--version`",
    program: node,
    args: [join(root, "bin/xtenant.ts"), "--version"],
  },
  ...(existsSync("/usr/bin/az") ? [{ name: "`az --version`", program: "/usr/bin/az", args: ["--version"] }] : []),
];

print(`start-up, median of ${rounds} rounds in turn; Node ${process.version}\n`);
print(report(inTurns(contenders, rounds)));
rmSync(folder, { recursive: true });
