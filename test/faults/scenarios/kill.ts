import { join } from "node:path";
import { openRig, type Rig } from "../rig.ts";
import type { Figures } from "./scenario.ts";

/** Messages that one Customer's tail holds at a time; so many may come twice for each process that was killed. */
export const inFlight = 132;

type Kill = { readonly kills: number; readonly each: number; readonly sink?: (folder: string) => Sink };
type Sink = { readonly args: readonly string[]; readonly file?: string };

/** `poll` is killed with SIGKILL at random points, and begun again; the last one drains. */
export async function killed(seed: number, { kills, each, sink = () => ({ args: [] }) }: Kill): Promise<Figures> {
  await using rig = await openRig({ seed, queue: { lockDuration: 1_500, maxDeliveryCount: 50 } });
  const attempted = rig.putEverywhere(each).length;
  const { args, file } = sink(rig.folder);
  const options = file === undefined ? {} : { sink: file };
  for (let kill = 0; kill < kills; kill += 1) await killOne(rig, ["poll", "--watch", "--json", ...args], options);
  const last = rig.start(["poll", "--json", "--idle", "3s", ...args], options);
  const { exitCode, stderr } = await last.ended;
  if (exitCode !== 0) throw new Error(`seed ${seed}: the last poll ended with ${exitCode}: ${stderr}`);
  if (rig.left() > 0) throw new Error(`seed ${seed}: ${rig.left()} messages are left`);
  const { duplicated } = rig.judge({ minimum: attempted, duplicatesAtMost: kills * 2 * inFlight });
  return { messages: attempted, kills, duplicates: duplicated.length };
}

/** Now and then before the first message; else after some. */
async function killOne(rig: Rig, args: readonly string[], options: { readonly sink?: string }): Promise<void> {
  const running = rig.start(args, options);
  const after = Math.floor(rig.random() * 120);
  if (after < 10) await rig.when(({ what }) => what === "delivered");
  else await running.messages(after);
  running.kill("SIGKILL");
  await running.ended;
}

export const toFile = (folder: string): Sink => {
  const file = join(folder, "statuses.ndjson");
  return { args: ["--output", file], file };
};
