import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox } from "./targets.ts";
import { type Contender, inTurns, report } from "./timed.ts";

/**
 * One command, the whole process: beside a plain script over the same SDKs, with the same kind of credential, against the
 * same sandbox. Wanted: half of the script's time. Usage: node bench/one-command.ts [rounds]
 */
const rounds = Number(process.argv[2] ?? 11);
const root = join(import.meta.dirname, "..");
const { directory, stop } = await startSandbox();
const caches = mkdtempSync(join(tmpdir(), "xtenant-bench-cache-"));
process.env.XDG_CACHE_HOME = caches;

const config = JSON.parse(readFileSync(join(directory, "xtenant.json"), "utf8"));
config.provider.credential = { kind: "secret", secretFile: "secrets/provider" };
const file = join(directory, "secret.json");
writeFileSync(file, JSON.stringify(config), { mode: 0o600 });

const plain = (what: string): Contender => ({
  name: `plain script, ${what}`,
  program: process.execPath,
  args: [join(root, "bench/plain-client.mjs"), directory, what],
});
const built = (name: string, env: readonly string[], ...args: string[]): Contender => ({
  name,
  program: "env",
  args: [...env, process.execPath, join(root, "dist/xtenant.js"), "--config", file, ...args],
});
const uncached = ["NODE_DISABLE_COMPILE_CACHE=1"];

process.stdout.write(`one command, median of ${rounds} rounds in turns; Node ${process.version}\n`);
const send = [
  plain("send"),
  built("xtenant send", [], "send", "acme", "hi"),
  built("xtenant send, nothing compiled before", uncached, "send", "acme", "hi"),
];
process.stdout.write(`${report(inTurns(send, rounds))}\n`);
const poll = [plain("poll"), built("xtenant poll of an empty queue", [], "poll", "acme")];
process.stdout.write(`${report(inTurns(poll, rounds))}\n`);
await stop();
rmSync(caches, { recursive: true, force: true });
