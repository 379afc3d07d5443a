import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digest, openRig } from "../rig.ts";
import type { Figures } from "./scenario.ts";

/**
 * `send --ndjson` is killed at random points and repeated with the same file. A queue with duplicate detection has each
 * message once.
 */
export async function killSend(
  seed: number,
  { kills, lines }: { readonly kills: number; readonly lines: number },
): Promise<Figures> {
  await using rig = await openRig({ seed, customers: ["acme"], queue: { requiresDuplicateDetection: true } });
  const file = join(rig.folder, "commands.ndjson");
  const messages = Array.from({ length: lines }, (_, n) => ({
    messageId: `command-${seed}-${n}`,
    body: "x".repeat(Math.floor(rig.random() * 2_000)),
  }));
  await writeFile(file, messages.map((message) => `${JSON.stringify(message)}\n`).join(""));
  for (const { messageId: id } of messages)
    rig.history.push({ what: "attempted", customer: "acme", id, digest: digest(id) });
  let repeated = 0;
  rig.on(({ what, queue, customer, id }) => {
    if (queue !== "commands") return;
    if (what === "accepted") rig.history.push({ what: "written", customer, id, digest: digest(id) });
    if (what === "repeated") repeated += 1;
  });
  const args = ["send", "acme", "--ndjson", file, "--json"];
  for (let kill = 0; kill < kills; kill += 1) {
    const running = rig.start(args);
    const until = Math.floor(rig.random() * (lines / 2));
    await rig.when(({ what, id }) => /accepted|repeated/.test(what) && Number(id.split("-").at(-1)) >= until);
    running.kill("SIGKILL");
    await running.ended;
  }
  const { exitCode, stderr } = await rig.start(args).ended;
  if (exitCode !== 0) throw new Error(`seed ${seed}: the last send ended with ${exitCode}: ${stderr}`);
  for (const { messageId: id } of messages) rig.history.push({ what: "acknowledged", customer: "acme", id });
  rig.judge({ minimum: lines, duplicatesAtMost: 0 });
  return { messages: lines, kills, droppedAsDuplicates: repeated };
}
