import { execFileSync } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { openRig } from "../rig.ts";
import { changingFileReader } from "../watched-process.ts";
import { inFlight } from "./kill.ts";
import type { Figures } from "./scenario.ts";

/** `poll --watch | head -n` ends quietly, and the next reader gets the remaining messages. */
export async function closePipe(seed: number): Promise<Figures> {
  await using rig = await openRig({ seed });
  const attempted = rig.putEverywhere(100).length;
  let slowest = 0;
  for (let reader = 0; reader < 2; reader += 1) {
    const running = rig.start(["poll", "--watch", "--json"]);
    await running.messages(1 + Math.floor(rig.random() * 60));
    const left = performance.now();
    running.leave(); // with the output in the pipe, which would otherwise be lost
    const { exitCode, stderr } = await running.ended;
    slowest = Math.max(slowest, performance.now() - left);
    if (exitCode !== 0 || stderr !== "") throw new Error(`seed ${seed}: ended with ${exitCode}: ${stderr}`);
  }
  await rig.start(["poll", "--json"]).ended;
  if (rig.left() > 0) throw new Error(`seed ${seed}: ${rig.left()} messages remain`);
  const { duplicated } = rig.judge({ minimum: attempted, duplicatesAtMost: 4 * inFlight });
  return { messages: attempted, duplicates: duplicated.length, slowestEndMilliseconds: Math.round(slowest) };
}

/** A full disk accepts no message, so none is settled. With space again, all messages arrive. */
export async function fillDisk(seed: number): Promise<Figures> {
  await using rig = await openRig({ seed, customers: ["acme"] });
  const attempted = rig.putEverywhere(50).length;
  const { exitCode, stderr } = await rig.start(["poll", "--json"], { stdout: "/dev/full" }).ended;
  if (exitCode !== 8 || !/ENOSPC/.test(stderr)) throw new Error(`seed ${seed}: ended with ${exitCode}: ${stderr}`);
  if (rig.left() !== attempted) throw new Error(`seed ${seed}: ${attempted - rig.left()} were settled unwritten`);
  if (rig.locked.size > 0) throw new Error(`seed ${seed}: ${rig.locked.size} messages are still locked`);
  await rig.start(["poll", "--json"]).ended;
  rig.judge({ minimum: attempted, duplicatesAtMost: 0 });
  return { messages: attempted, exitCode: exitCode ?? -1 };
}

/**
 * The file of `--to-file` is on a disk of 64 KB. Only messages that fit are settled. With more space, the others arrive.
 */
export async function fillFile(seed: number): Promise<Figures> {
  await using rig = await openRig({ seed, small: true });
  const attempted = rig.putEverywhere(150).length;
  const disk = join(rig.folder, "disk");
  await mkdir(disk);
  // Without the right to mount (it needs root), use test/faults/disk.test.ts.
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]);
  try {
    const file = join(disk, "statuses.ndjson");
    const args = ["--to-file", file];
    const options = { sink: changingFileReader(file) };
    const { exitCode, stderr } = await rig.start(["poll", "--watch", "--json", ...args], options).ended;
    if (exitCode !== 8 || !/ENOSPC/.test(stderr)) throw new Error(`seed ${seed}: ended with ${exitCode}: ${stderr}`);
    if (rig.locked.size > 0) throw new Error(`seed ${seed}: ${rig.locked.size} messages are still locked`);
    const left = rig.left();
    execFileSync("mount", ["-o", "remount,size=8m", disk]);
    const again = await rig.start(["poll", "--json", ...args], options).ended;
    if (again.exitCode !== 0 || rig.left() > 0) throw new Error(`seed ${seed}: ${rig.left()} left: ${again.stderr}`);
    const lines = (await readFile(file, "utf8")).trim().split("\n");
    const kept = new Set(lines.map((line) => String(JSON.parse(line).messageId)));
    if (kept.size !== attempted) throw new Error(`seed ${seed}: ${kept.size} of ${attempted} are in the file`);
    const { duplicated } = rig.judge({ minimum: attempted, duplicatesAtMost: 2 * inFlight });
    return { messages: attempted, settledBeforeFull: attempted - left, duplicates: duplicated.length };
  } finally {
    execFileSync("umount", [disk]);
  }
}

/**
 * A reader that stops slows down the broker and does not fill the memory. No more than a tail's share is ever locked.
 */
export async function pauseReader(seed: number, each: number): Promise<Figures> {
  await using rig = await openRig({ seed });
  let mostLocked = 0;
  rig.on(() => {
    mostLocked = Math.max(mostLocked, rig.locked.size);
  });
  const attempted = rig.putEverywhere(each).length;
  const running = rig.start(["poll", "--watch", "--json"]);
  await running.messages(10);
  running.pause(true);
  await rig.stillFor(1_500);
  const written = rig.history.filter(({ what }) => what === "written").length;
  const settled = rig.history.filter(({ what }) => what === "settled").length;
  if (rig.left() < attempted / 2) throw new Error(`seed ${seed}: ${settled} were settled without a reader`);
  const waiting = running.peakMegabytes();
  running.pause(false);
  await rig.drained(60_000);
  const catchingUp = running.peakMegabytes();
  running.kill("SIGINT");
  await running.ended;
  // A pipe holds 64 KB: some hundreds of our messages, most of them smaller than 1.5 KB.
  rig.judge({ minimum: attempted, duplicatesAtMost: 0, unreadAtMost: 300 });
  if (waiting > 256 || catchingUp > 512) throw new Error(`seed ${seed}: ${waiting} MB, then ${catchingUp} MB`);
  const megabytes = { megabytesWaiting: waiting, megabytesCatchingUp: catchingUp };
  return { messages: attempted, readBeforePause: written, mostLocked, ...megabytes };
}
