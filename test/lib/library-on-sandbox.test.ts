import { readFile } from "node:fs/promises";
import { ServiceBusClient } from "@azure/service-bus";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SandboxProcess, startSandboxProcess } from "../../sandbox/test/sandbox-process.ts";
import { createXtenant, type ReceivedBatch, type Xtenant } from "../../src/lib/index.ts";
import { sandboxContext } from "../fakes/sandbox-context.ts";

let sandbox: SandboxProcess;
let xtenant: Xtenant;

beforeAll(async () => {
  sandbox = await startSandboxProcess();
  xtenant = createXtenant({ config: sandbox.configFile, env: {} });
  await sandboxContext(sandbox, "acme");
});
afterAll(() => sandbox.stop());

/** The next batch of an iteration that goes on. */
async function nextOf(batches: AsyncIterator<ReceivedBatch>): Promise<ReceivedBatch> {
  const { value, done } = await batches.next();
  if (done) throw new Error("there is no further batch");
  return value;
}

test("a command is answered by the customer's handler, and the provider gets the status", async () => {
  const answers = Array.fromAsync(
    xtenant.respond("acme", ({ body, customer }) => ({ got: JSON.parse(body), customer }), { max: 1 }),
  );

  const sent = await xtenant.send("acme", { body: { restart: "web" }, subject: "restart" }, { wait: true });

  expect(sent.status).toMatchObject({ customer: "acme", correlationId: sent.messageId, subject: "restart" });
  expect(JSON.parse(String(sent.status?.body))).toEqual({ got: { restart: "web" }, customer: "acme" });
  expect(await answers).toMatchObject([{ type: "responded", commandId: sent.messageId, outcome: "succeeded" }]);
  const [received] = await Array.fromAsync(xtenant.receive("acme"), async ({ messages, acknowledge }) => {
    await acknowledge();
    return messages;
  });
  expect(received).toMatchObject([{ correlationId: sent.messageId, deliveryCount: 1 }]);
});

test("what the handler throws is why the command failed", async () => {
  const failing = () => {
    throw new Error("disk full");
  };
  const answers = Array.fromAsync(xtenant.respond("acme", failing, { attempts: 1, max: 1 }));

  await expect(xtenant.send("acme", { body: "grow" }, { wait: true })).rejects.toMatchObject({
    name: "Failure",
    code: "CommandFailed",
    detail: "disk full",
  });
  expect(await answers).toMatchObject([{ outcome: "failed", detail: "disk full" }]);
  for await (const { acknowledge } of xtenant.receive("acme")) await acknowledge();
});

test("a message that is not acknowledged comes again", async () => {
  for await (const { acknowledge } of xtenant.receive("acme")) await acknowledge();
  await xtenant.send("acme", { body: "hi" });
  await Array.fromAsync(xtenant.respond("acme", ({ body }) => body, { once: true }));

  const first = xtenant.receive("acme")[Symbol.asyncIterator]();
  const { messages } = await nextOf(first);
  await first.return?.();
  const second = xtenant.receive("acme", { batch: 10 })[Symbol.asyncIterator]();
  const again = await nextOf(second);
  await again.acknowledge();
  await second.return?.();

  expect(messages).toMatchObject([{ body: "hi", deliveryCount: 1 }]);
  expect(again.messages).toMatchObject([{ body: "hi", deliveryCount: 2 }]);
});

test("a queue without messages ends the iteration", async () => {
  expect(await Array.fromAsync(xtenant.receive("acme"))).toEqual([]);
});

test("a customer that did not consent is refused with the code of the catalog, and verify says what is missing", async () => {
  const refused = { name: "Failure", code: "AADSTS700016", kind: "auth", actor: "customer's administrator" };

  await expect(xtenant.send("fabrikam", { body: "hi" })).rejects.toMatchObject(refused);
  await expect(Array.fromAsync(xtenant.receive("fabrikam"))).rejects.toMatchObject(refused);
  expect(await xtenant.verify("fabrikam")).toMatchObject({ ok: false });
  expect(await xtenant.verify("acme")).toMatchObject({ ok: true });
});

test("a message that is too large is refused before anything is sent", async () => {
  await expect(xtenant.send("acme", { body: "x".repeat(300_000) })).rejects.toMatchObject({
    code: "MessageSizeExceeded",
    kind: "usage",
  });
});

test("the credential works in a client of the Azure SDK, and only for the customer's tenant", async () => {
  const { cloud, customers } = JSON.parse(await readFile(sandbox.configFile, "utf8"));
  const credential = xtenant.credentialFor("acme");
  const client = new ServiceBusClient(customers.acme.namespace, credential, {
    customEndpointAddress: cloud.serviceBusEndpoint,
  });

  await client.createSender("commands").sendMessages({ body: "from the SDK" });
  await client.close();

  expect(await Array.fromAsync(xtenant.respond("acme", () => "ok", { once: true }))).toHaveLength(1);
  await expect(
    xtenant.credentialFor("fabrikam").getToken("https://servicebus.azure.net/.default"),
  ).rejects.toMatchObject({ code: "AADSTS700016" });
  for await (const { acknowledge } of xtenant.receive("acme")) await acknowledge();
});

test("a config can be an object, and a customer that it does not have is named", async () => {
  const document = JSON.parse(await readFile(sandbox.configFile, "utf8"));
  const other = createXtenant({ config: { ...document, customers: { acme: document.customers.acme } }, env: {} });

  expect(await other.customers()).toMatchObject([{ name: "acme", commandQueue: "commands", statusQueue: "statuses" }]);
  await expect(other.verify("fabrikam")).rejects.toMatchObject({ code: "CustomerNotFound" });
  await expect(other.verify("no name!")).rejects.toMatchObject({ code: "CustomerNotFound" });
  await expect(createXtenant({ config: { provider: {} }, env: {} }).customers()).rejects.toMatchObject({
    code: "ConfigInvalid",
  });
});

test("onboarding repeats without harm", async () => {
  const steps = await Array.fromAsync(xtenant.onboard("acme", { provision: true }));

  expect(steps.at(-1)).toMatchObject({ type: "consented", customer: "acme" });
});
