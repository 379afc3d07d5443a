import { expect, test } from "vitest";
import { openRig } from "./rig.ts";

test("kill -9 at random points loses nothing and settles nothing before it is written (stdout)", async () => {
  await using rig = await openRig({ seed: 20_261, queue: { lockDuration: 1_500, maxDeliveryCount: 50 } });
  rig.putEverywhere(400);

  const kills = 4;
  for (let kill = 0; kill < kills; kill += 1) {
    const running = rig.start(["poll", "--watch", "--json"]);
    await running.messages(1 + Math.floor(rig.random() * 120));
    running.kill("SIGKILL");
    expect((await running.ended).signal).toBe("SIGKILL");
  }
  const last = rig.start(["poll", "--json", "--idle", "3s"]);
  expect(await last.ended).toMatchObject({ exitCode: 0, stderr: "" });

  const verdict = rig.judge({ minimum: 800, duplicatesAtMost: kills * 2 * 132 });
  expect(rig.left()).toBe(0);
  expect(verdict.attempted).toBe(800);
}, 60_000);
