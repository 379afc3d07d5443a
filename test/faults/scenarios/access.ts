import { setTimeout as sleep } from "node:timers/promises";
import { parseScenario } from "../../../sandbox/src/faults/scenario.ts";
import { readyCustomer } from "../cloud.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Figures } from "./scenario.ts";

const typeOf = (line: string): unknown => JSON.parse(line).type;

/**
 * A role that is removed during a tail is reported once, causes few attempts, does not affect other customers, and the
 * tail recovers.
 */
export async function revokeRole(seed: number): Promise<Figures> {
  await using rig = await openRig({ seed });
  const running = rig.start(["poll", "--watch", "--json"]);
  rig.putEverywhere(20);
  await running.messages(40);
  await rig.inside.faults.perform({ do: "revoke-roles", tenant: "acme" });
  await running.line((line) => typeOf(line) === "failed");
  const before = rig.proxy.connected.length;
  await sleep(5_000);
  const attempts = rig.proxy.connected.length - before;
  rig.putEverywhere(20);
  await running.messages(60);
  restore(rig, "acme");
  const restored = performance.now();
  await running.line((line) => typeOf(line) === "recovered");
  await rig.drained(60_000);
  const after = performance.now() - restored;
  running.kill("SIGINT");
  await running.ended;
  const reports = running.lines.filter((line) => typeOf(line) === "failed");
  if (reports.length !== 1 || !reports[0]?.includes("UnauthorizedAccess"))
    throw new Error(`seed ${seed}: reported ${reports.length} times: ${reports.join("\n")}`);
  if (attempts > 10) throw new Error(`seed ${seed}: ${attempts} connections in five seconds`);
  const { written } = rig.judge({ minimum: 80, duplicatesAtMost: 0, healed: { after, atMost: 60_000 } });
  return { messages: written, attemptsInFiveSeconds: attempts, recoveryMilliseconds: Math.round(after) };
}

const restore = (rig: Rig, name: string) => void readyCustomer(rig.inside, name, {});

/** Tokens live twelve seconds, and Entra answers only every other request for half a minute. No message is lost. */
export async function useShortTokens(seed: number): Promise<Figures> {
  await using rig = await openRig({ seed, queue: { lockDuration: 4_000, maxDeliveryCount: 50 } });
  const running = rig.start(["poll", "--watch", "--json"]);
  rig.inside.faults.play(parseScenario({ tokens: { lifetime: "12s" } }));
  rig.putEverywhere(10);
  await running.messages(20);
  const refuse = [{ endpoint: "entra", path: "/token", code: "AADSTS90033", status: 503, share: 0.5 }];
  rig.inside.faults.play(parseScenario({ seed, tokens: { lifetime: "12s" }, refuse }));
  for (let second = 0; second < 30; second += 1) {
    rig.putEverywhere(10);
    await sleep(1_000);
  }
  rig.inside.faults.play(parseScenario({}));
  const healed = performance.now();
  // MSAL repeats Entra's last answer for a minute without asking (5xx, 429). After that comes a random pause.
  await rig.drained(130_000);
  const after = performance.now() - healed;
  running.kill("SIGINT");
  await running.ended;
  const failed = running.lines.filter((line) => typeOf(line) === "failed").length;
  const { written } = rig.judge({ minimum: 620, duplicatesAtMost: 260, healed: { after, atMost: 120_000 } });
  return { messages: written, reportedFailures: failed, connections: rig.proxy.connected.length };
}

/** Clocks that differ by an hour either way. */
export async function skewClocks(seed: number): Promise<Figures> {
  await using rig = await openRig({ seed });
  let messages = 0;
  for (const skew of ["-1h", "1h"]) {
    rig.inside.faults.play(parseScenario({ clockSkew: skew }));
    messages += rig.putEverywhere(25).length;
    const running = rig.start(["poll", "--watch", "--json"]);
    await rig.drained(30_000);
    const before = rig.proxy.connected.length;
    await sleep(2_000);
    if (rig.proxy.connected.length > before) throw new Error(`seed ${seed}: it reconnects at a skew of ${skew}`);
    running.kill("SIGINT");
    await running.ended;
  }
  rig.judge({ minimum: messages, duplicatesAtMost: 0 });
  return { messages };
}
