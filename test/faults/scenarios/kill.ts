import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRig, type Rig } from "../rig.ts";
import { fileReader } from "../watched-process.ts";
import type { Figures } from "./scenario.ts";

/** Messages that one customer's tail holds at a time. Each killed process may cause this number of duplicates. */
export const inFlight = 132;

type Kill = { readonly kills: number; readonly each: number; readonly sink?: (folder: string) => Sink };
/** The arguments of the program, and how the driver reads its output. */
type Sink = { readonly args: readonly string[]; readonly read?: (take: (line: string) => void) => void };

/** `poll` is killed with SIGKILL at random points, and started again. The last run drains. */
export async function killPoll(seed: number, { kills, each, sink = () => ({ args: [] }) }: Kill): Promise<Figures> {
  await using rig = await openRig({ seed, small: true, queue: { lockDuration: 1_500, maxDeliveryCount: 50 } });
  const attempted = rig.putEverywhere(each).length;
  const { args, read } = sink(rig.folder);
  const options = read === undefined ? {} : { sink: read };
  for (let kill = 0; kill < kills; kill += 1) await killOne(rig, ["poll", "--watch", "--json", ...args], options);
  const last = rig.start(["poll", "--json", "--idle", "3s", ...args], options);
  const { exitCode, stderr } = await last.ended;
  if (exitCode !== 0) throw new Error(`seed ${seed}: the last poll ended with ${exitCode}: ${stderr}`);
  if (rig.left() > 0) throw new Error(`seed ${seed}: ${rig.left()} messages remain`);
  const { duplicated } = rig.judge({ minimum: attempted, duplicatesAtMost: kills * 2 * inFlight });
  return { messages: attempted, kills, duplicates: duplicated.length };
}

/** Sometimes before the first message is written, otherwise after some. */
async function killOne(rig: Rig, args: readonly string[], options: Parameters<Rig["start"]>[1]): Promise<void> {
  const running = rig.start(args, options);
  const after = Math.floor(rig.random() * Math.min(120, rig.left()));
  if (after < 10) await rig.when(({ what }) => what === "delivered");
  else await running.messages(after);
  running.kill("SIGKILL");
  await running.ended;
}

export function toFile(folder: string): Sink {
  const file = join(folder, "statuses.ndjson");
  return { args: ["--to-file", file], read: fileReader(file) };
}

/** A program that appends one line for each message, as fast as a shell. */
export function toProgram(folder: string): Sink {
  const [file, program] = [join(folder, "handled.ndjson"), join(folder, "handler")];
  const record = '{"type":"message","customer":"%s","messageId":"%s","body":"%s"}\\n';
  // The input that a killed poll did not finish ends like any other input. Therefore the handler compares the length.
  const script = [
    "#!/bin/sh",
    "body=$(cat)",
    '[ "$(printf %s "$body" | wc -c)" -eq "$XTENANT_BODY_BYTES" ] || exit 1',
    `printf '${record}' "$XTENANT_CUSTOMER" "$XTENANT_MESSAGE_ID" "$body" >> ${file}`,
    "",
  ].join("\n");
  writeFileSync(program, script, { mode: 0o700 });
  return { args: ["--exec", program], read: fileReader(file) };
}
