import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseScenario } from "../../../sandbox/src/faults/scenario.ts";
import { encodedMessage } from "../cloud.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Watched } from "../watched-process.ts";
import type { Figures } from "./scenario.ts";

type Sample = { readonly megabytes: number; readonly descriptors: number };

const statusesEachSecond = 20;
const commandsEachSecond = 2;
/** Memory that a process may have at the end more than in its second quarter, when all its code is loaded. */
const megabytesMore = 30;
const descriptorsMore = 6;
/** The longest silence until it is found, with the longest pause after it, and Entra's answer that is remembered for a minute. */
const recoverMilliseconds = 150_000;

/**
 * `poll --watch` for acme and `respond` for fabrikam run for some minutes, under one random fault after the other. At the end
 * each status was printed and each command answered, and neither process has more memory or descriptors than before.
 */
export async function soak(
  seed: number,
  { minutes, say = () => {} }: { readonly minutes: number; readonly say?: (line: string) => void },
): Promise<Figures> {
  await using rig = await openRig({ seed, small: true, queue: { lockDuration: 10_000, maxDeliveryCount: 1_000 } });
  const ledger = openLedger(rig);
  const poll = rig.start(["poll", "acme", "--watch", "--json"]);
  const respond = rig.start(["respond", "fabrikam", "--json", "--exec", "/bin/cat"]);
  const both = { poll, respond };
  const samples = { poll: [] as Sample[], respond: [] as Sample[] };
  const until = performance.now() + 60_000 * minutes;
  let faults = 0;
  let isMade = false;
  let ended: string | undefined;
  for (const [name, running] of Object.entries(both))
    void running.ended.then(({ exitCode, stderr }) => {
      ended = `${name} ended early with ${exitCode}: ${stderr}`;
    });
  const work = async () => {
    for (; !isMade; await sleep(1_000)) {
      rig.put("acme", statusesEachSecond);
      ledger.command(commandsEachSecond);
      if (ended !== undefined) throw new Error(`seed ${seed}: ${ended}`);
      samples.poll.push(...sampleOf(poll));
      samples.respond.push(...sampleOf(respond));
    }
  };
  const working = work();
  working.catch(() => {});
  while (performance.now() < until) {
    await Promise.race([sleep(1_000 + rig.random() * 4_000), working]);
    const name = await breakSomething(rig);
    faults += 1;
    const now = [samples.poll.at(-1), samples.respond.at(-1)].map(
      (one) => `${one?.megabytes} MB ${one?.descriptors} fd`,
    );
    say(`${name}: ${poll.lines.length} records, ${respond.lines.length} answers, ${now.join(", ")}`);
  }
  isMade = true;
  await working;
  const healed = performance.now();
  await ledger.empty(recoverMilliseconds);
  const after = performance.now() - healed;
  if (ended !== undefined) throw new Error(`seed ${seed}: ${ended}`);
  for (const [name, running] of Object.entries(both)) {
    running.kill("SIGINT");
    const { exitCode, stderr } = await running.ended;
    if (exitCode !== 130) throw new Error(`seed ${seed}: ${name} ended with ${exitCode}: ${stderr}`);
  }
  const { written, duplicated } = rig.judge({
    minimum: 30 * minutes * statusesEachSecond,
    duplicatesAtMost: Number.POSITIVE_INFINITY,
    healed: { after, atMost: recoverMilliseconds },
  });
  const [polling, responding] = [judgeGrowth("poll", samples.poll), judgeGrowth("respond", samples.respond)];
  return {
    ...{ faults, reported: failuresOf(poll) + failuresOf(respond) },
    ...{ statuses: written, duplicates: duplicated.length, ...ledger.judge() },
    pollMegabytes: polling.megabytes,
    respondMegabytes: responding.megabytes,
    moreMegabytes: Math.max(polling.more, responding.more),
    descriptors: Math.max(polling.descriptors, responding.descriptors),
    recoveryMilliseconds: Math.round(after),
  };
}

/** How often a process reported that its customer failed. */
const failuresOf = ({ lines }: Watched) => lines.filter((line) => line.startsWith('{"type":"failed"')).length;

const faultKinds = ["toxic", "cut", "down", "forget", "tokens", "clock", "busy"] as const;

/** One fault that ends. Returns its name. */
async function breakSomething({ random, proxy, inside, seed }: Rig): Promise<string> {
  const kind = faultKinds[Math.floor(random() * faultKinds.length)] ?? "cut";
  const play = (document: object) => inside.faults.play(parseScenario({ seed, ...document }));
  switch (kind) {
    case "toxic": {
      const toxics = [
        { kind: "latency", milliseconds: 100, jitter: 200 },
        { kind: "bandwidth", bytesPerSecond: 20_000 },
        { kind: "reset_peer", milliseconds: 300 },
        { kind: "slicer", bytes: 100, milliseconds: 1 },
        { kind: "limit_data", bytes: 10_000 },
        { kind: "black_hole" },
      ] as const;
      const toxic = toxics[Math.floor(random() * toxics.length)];
      proxy.infect(toxic);
      await sleep(500 + random() * 4_000);
      proxy.infect(undefined);
      return `toxic ${toxic?.kind}`;
    }
    case "cut":
      proxy.cut();
      break;
    case "down":
      // As while a broker restarts.
      proxy.infect({ kind: "limit_data", bytes: 0 });
      proxy.cut();
      await sleep(1_000 + random() * 3_000);
      proxy.infect(undefined);
      break;
    case "forget":
      proxy.forget();
      break;
    case "tokens":
      play({
        tokens: { lifetime: "12s" },
        refuse: [{ endpoint: "entra", path: "/token", code: "AADSTS90033", status: 503, share: 0.5 }],
      });
      await sleep(15_000);
      play({});
      break;
    case "clock":
      play({ clockSkew: random() < 0.5 ? "-1h" : "1h" });
      await sleep(5_000);
      play({});
      break;
    case "busy":
      play({ refuse: [{ endpoint: "amqp", code: "com.microsoft:server-busy", share: 0.2 }] });
      await sleep(5_000);
      play({});
  }
  return kind;
}

/** The commands to fabrikam, with what became of each. */
function openLedger(rig: Rig) {
  const commands = new Set<string>();
  const completed = new Set<string>();
  const answers = new Map<string, number>();
  const { broker } = rig.inside;
  const fabrikam = rig.customer("fabrikam");
  rig.on(({ what, customer, queue, id }) => {
    if (customer !== "fabrikam") return;
    if (what === "completed" && queue === "commands") completed.add(id);
    if (what === "accepted" && queue === "statuses") answers.set(id, (answers.get(id) ?? 0) + 1);
  });
  const left = () =>
    [rig.customer("acme").statuses, fabrikam.commands].reduce((sum, queue) => {
      const { active, deadLetter } = broker.counts(queue);
      return sum + active + deadLetter;
    }, 0);
  return {
    command: (count: number) => {
      for (let n = 0; n < count; n += 1) {
        const id = `command-${rig.seed}-${commands.size}`;
        commands.add(id);
        broker.put(fabrikam.commands, [encodedMessage(id, id)]);
      }
    },
    empty: async (milliseconds: number) => {
      const until = performance.now() + milliseconds;
      for (; left() > 0; await sleep(100))
        if (performance.now() > until)
          throw new Error(`seed ${rig.seed}: ${left()} messages remain after ${milliseconds} ms`);
    },
    judge: () => {
      const lost = [...commands].filter((id) => !completed.has(id) || !answers.has(`status-${id}`));
      const unexpected = [...answers.keys()].filter((id) => !commands.has(id.replace(/^status-/, "")));
      if (lost.length + unexpected.length > 0)
        throw new Error(`seed ${rig.seed}: lost ${lost.slice(0, 5)}, unexpected ${unexpected.slice(0, 5)}`);
      const repeated = [...answers.values()].reduce((sum, times) => sum + times - 1, 0);
      return { commands: commands.size, repeatedAnswers: repeated };
    },
  };
}

/** Nothing while the process is not there. */
function sampleOf({ pid }: Watched): readonly Sample[] {
  if (!existsSync(`/proc/${pid}/fd`)) return [];
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return [{ megabytes: Math.round(Number(kilobytes) / 1_024), descriptors: readdirSync(`/proc/${pid}/fd`).length }];
}

/** Throws when the last quarter needs more than the second. */
function judgeGrowth(name: string, samples: readonly Sample[]) {
  const quarter = Math.floor(samples.length / 4);
  const [second, last] = [samples.slice(quarter, 2 * quarter), samples.slice(-quarter)];
  const medianOf = (some: readonly Sample[], of: keyof Sample) =>
    some.map((one) => one[of]).sort((a, b) => a - b)[Math.floor(some.length / 2)] ?? Number.NaN;
  const more = medianOf(last, "megabytes") - medianOf(second, "megabytes");
  const moreDescriptors = medianOf(last, "descriptors") - medianOf(second, "descriptors");
  if (more > megabytesMore) throw new Error(`${name} has ${more} MB more than in its second quarter`);
  if (moreDescriptors > descriptorsMore) throw new Error(`${name} has ${moreDescriptors} descriptors more`);
  return { megabytes: medianOf(last, "megabytes"), more, descriptors: medianOf(last, "descriptors") };
}
