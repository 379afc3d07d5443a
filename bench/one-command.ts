import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { print } from "./markdown-table.ts";
import { startSandbox, withSecret } from "./targets.ts";
import { type Contender, inTurns, report } from "./timed.ts";

/**
 * One command as a whole process, compared with a plain script over the same SDKs, with the same kind of credential and
 * the same sandbox. Target: half of the script's time. Usage: node bench/one-command.ts [rounds]
 */
const rounds = Number(process.argv[2] ?? 11);
const root = join(import.meta.dirname, "..");
await using sandbox = await startSandbox();
const { directory } = sandbox;
const config = withSecret(directory);
const caches = mkdtempSync(join(tmpdir(), "xtenant-bench-cache-"));

const plain = (what: string): Contender => ({
  name: `plain script, ${what}`,
  program: process.execPath,
  args: [join(root, "bench/plain-client.mjs"), directory, what.split(" ")[0] ?? ""],
});
const built = (name: string, env: readonly string[], ...args: string[]): Contender => ({
  name,
  program: "env",
  args: [
    `XDG_CACHE_HOME=${caches}`,
    ...env,
    process.execPath,
    join(root, "dist/xtenant.js"),
    "--config",
    config,
    ...args,
  ],
});

print(`one command, median of ${rounds} rounds in turn; Node ${process.version}\n`);
const send = [
  plain("send"),
  built("`xtenant send acme hi`", [], "send", "acme", "hi"),
  built("the same, nothing compiled before", ["NODE_DISABLE_COMPILE_CACHE=1"], "send", "acme", "hi"),
  built("the same, the token of a run before", ["XTENANT_TOKEN_CACHE=1"], "send", "acme", "hi"),
];
print(`${report(inTurns(send, rounds))}\n`);
const poll = [
  plain("poll of an empty queue"),
  built("`xtenant poll acme`", [], "poll", "acme"),
  built("the same, the token of a run before", ["XTENANT_TOKEN_CACHE=1"], "poll", "acme"),
];
print(report(inTurns(poll, rounds)));
rmSync(caches, { recursive: true, force: true });
