import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { markdownTable, print, whole } from "./markdown-table.ts";
import { startCloud } from "./targets.ts";
import { type Contender, inTurns, median } from "./timed.ts";

/**
 * One command over a network: whole processes beside a plain SDK script and a plain rhea client. All have
 * the same credential and the same sandbox, with round trips of 0, 20 and 100 ms. Targets at 100 ms: half of the plain script for
 * `send` and `poll`, 1.4 s for the others. Usage: node bench/far.ts [rounds]
 */
const rounds = Number(process.argv[2] ?? 5);
const roundTrips = [0, 20, 100];
const root = join(import.meta.dirname, "..");
const own = (file: string) => join(root, "bench", file);

const contendersIn = (directory: string): readonly Contender[] => {
  const script = (name: string, file: string, ...args: string[]): Contender => ({
    name,
    program: process.execPath,
    args: [own(file), directory, ...args],
  });
  const program = (config: string) => [join(root, "dist/xtenant.js"), "--config", join(directory, config)];
  const built = (...args: string[]): Contender => ({
    name: `\`xtenant ${args.join(" ").replace(/customer-\d/, "acme")}\``,
    program: process.execPath,
    args: [...program("xtenant.json"), ...args],
  });
  const afterTen = (contender: Contender): Contender => ({
    ...contender,
    name: `${contender.name}, ten messages`,
    before: [...program("swapped.json"), "send", "customer-3", "hi", "--count", "10"],
  });
  return [
    script("plain SDK script, send", "plain-client.mjs", "send", "customer-1"),
    built("send", "customer-1", "hi"),
    script("bare `rhea`, send", "far-client.ts", "customer-1"),
    script("plain SDK script, poll of an empty queue", "plain-client.mjs", "poll", "customer-1"),
    built("poll", "customer-1"),
    afterTen(script("plain SDK script, poll", "plain-client.mjs", "poll", "customer-3")),
    afterTen(built("poll", "customer-3")),
    script("plain SDK script, send and wait", "plain-client.mjs", "wait", "customer-2"),
    built("send", "customer-2", "hi", "--wait"),
    built("poll", "customer-1", "--peek"),
    built("verify", "customer-1"),
    built("status", "customer-1"),
    built("whoami", "customer-1"),
    built("dead-letter", "list", "customer-1"),
  ];
};

const columns = new Map<string, string[]>();
const put = (name: string, ...cells: string[]) => columns.set(name, [...(columns.get(name) ?? []), ...cells]);
for (const roundTrip of roundTrips) {
  await using cloud = await startCloud(3, roundTrip / 2, "customer-2");
  const contenders = contendersIn(cloud.directory);
  const timings = inTurns(contenders, rounds);
  const kindOf = (name: string) => ["ten messages", "wait", "poll", "send"].find((kind) => name.includes(kind));
  const base = (name: string) =>
    timings.get(contenders.find((other) => kindOf(other.name) === kindOf(name))?.name ?? "");
  for (const contender of contenders) {
    const { name } = contender;
    const runs = timings.get(name) ?? [];
    const isCompared = /send|poll/.test(name);
    const ratio = median(runs.map(({ wall }, round) => wall / (base(name)?.[round]?.wall ?? Number.NaN)));
    put(name, whole(median(runs.map(({ wall }) => wall))), isCompared ? ratio.toFixed(2) : "");
    if (roundTrip === roundTrips.at(-1)) put(name, await turnsOf(contender, cloud.directory, roundTrip));
  }
}

/** How often each connection of one run waited for the other side. TLS counts, and the TCP handshake does not. */
async function turnsOf({ program, args }: Contender, directory: string, roundTrip: number): Promise<string> {
  const file = join(directory, "turns");
  await sleep(3 * roundTrip);
  rmSync(file, { force: true });
  execFileSync(program, args, { stdio: "ignore" });
  await sleep(3 * roundTrip);
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").join(" + ") : "–";
}

print(`one command, whole process, median of ${rounds} rounds in turn; Node ${process.version}\n`);
const heads = roundTrips.flatMap((roundTrip) => [`${roundTrip} ms`, "ratio"]);
print(
  markdownTable(
    ["", ...heads, "turns"],
    [...columns].map(([name, cells]) => [name, ...cells]),
  ),
);
