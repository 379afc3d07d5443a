import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { azFor } from "./az.ts";
import { azureCli, pythonSdk } from "./installed.ts";
import { type ProxiedSandbox, startProxiedSandbox } from "./proxied-sandbox.ts";
import { runScript } from "./python.ts";

const missing = [azureCli, pythonSdk].filter((client) => client.missing);
const reason = missing.map(({ name }) => name).join("; ");

/** The whole pattern with three kinds of client. Each does what it would do between two companies. */
describe.skipIf(missing.length > 0)(`the whole path${reason && `, needing ${reason}`}`, () => {
  let sandbox: ProxiedSandbox;
  beforeAll(async () => {
    sandbox = await startProxiedSandbox();
  });
  afterAll(() => sandbox?.stop());

  test("az onboards, xtenant grants and sends, Python responds, xtenant polls, az sees empty queues", async () => {
    const { acme } = sandbox.config.customers;
    if (acme?.administrator.kind !== "secret") throw new Error("the config gives acme's administrator no secret");
    const az = await azFor(sandbox);
    const account = { tenantId: acme.tenantId, clientId: acme.administrator.clientId };
    const unknown = await sandbox.xtenant("send", "acme", "too early");

    await az.signIn(account, await sandbox.secret("acme-administrator"));
    await az.json("ad", "sp", "create", "--id", sandbox.config.provider.clientId);
    const granted = await sandbox.xtenant("grant", "acme", "--wait", "--json");
    const sent = await sandbox.xtenant("send", "acme", "deploy", "--message-id", "m1", "-p", "n:int=7", "--json");
    const answered = await runScript(sandbox, "respond.py");
    const polled = await sandbox.xtenant("poll", "acme", "--json");
    const queues = await az.json(
      ...["servicebus", "queue", "list", "--resource-group", "messaging", "--namespace-name", "acme-bus"],
    );

    expect(unknown).toMatchObject({ code: 4, stderr: expect.stringContaining("AADSTS700016") });
    expect([granted, sent, polled].map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(answered).toEqual({
      command: "deploy",
      message_id: "m1",
      subject: null,
      content_type: "text/plain",
      properties: { n: "7" },
    });
    expect(
      polled.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { customer: "acme", messageId: "m1-status", correlationId: "m1", subject: "done", body: "done: deploy" },
    ]);
    expect(queues).toMatchObject([{ messageCount: 0 }, { messageCount: 0 }]);
  });
});
