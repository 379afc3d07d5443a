import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonSdk } from "./installed.ts";
import { type ProxiedSandbox, startProxiedSandbox } from "./proxied-sandbox.ts";
import { runScript } from "./python.ts";

/** Debian's azure-identity, azure-mgmt-* and azure-servicebus (over uamqp, which is C), unmodified. */
describe.skipIf(pythonSdk.missing)(pythonSdk.name, () => {
  let sandbox: ProxiedSandbox;
  beforeAll(async () => {
    sandbox = await startProxiedSandbox();
  });
  afterAll(() => sandbox?.stop());

  test("creates queues and assigns roles", async () => {
    expect(await runScript(sandbox, "control_plane.py")).toEqual({
      queues: ["commands", "statuses", "audit"],
      deliveries: 3,
      namespaces: ["acme-bus"],
      missing: "NotFound",
      again: "RoleAssignmentExists",
      status: 409,
      role: "Azure Service Bus Data Owner",
      granted: true,
    });
  });

  // First by Azure's own name, then by a custom endpoint. Both use AMQP over WebSocket.
  test.each(["proxy", "custom-endpoint"])("uses all message operations of a queue, by %s", async (way) => {
    const said = await runScript(sandbox, "messages.py", way);

    expect(said).toEqual({
      scheduled: 2,
      peeked: [
        ["one", "ACTIVE"],
        ["two", "ACTIVE"],
        ["three", "ACTIVE"],
        ["later", "SCHEDULED"],
      ],
      first: ["one", "m1", "greeting"],
      properties: { n: "1", s: "b'x'" },
      in_order: true,
      renewed: true,
      again: ["two", 1],
      deferred: "two",
      dead: ["three", "bad", "very bad"],
      left: [],
    });
  });

  test("administers a queue and accepts its sessions", async () => {
    expect(await runScript(sandbox, "administration.py")).toEqual({
      again: 409,
      sessions: true,
      deliveries: 5,
      queues: ["commands", "orders", "statuses"],
      active: 4,
      of_b: ["1 of b", "2 of b"],
      session: "b",
      state: "half",
      renewed: true,
      locked: true,
      next: "a",
      of_a: ["1 of a", "2 of a"],
      missing: true,
    });
  });
});
