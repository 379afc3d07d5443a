import { HttpRequest, InvocationContext } from "@azure/functions";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerCommand } from "../../examples/azure-functions/customer/src/functions.ts";
import { readStatuses, sendCommand } from "../../examples/azure-functions/provider/src/functions.ts";
import { type SandboxProcess, startSandboxProcess } from "../../sandbox/test/sandbox-process.ts";
import { createXtenant, type ReceivedMessage, type Xtenant } from "../../src/lib/index.ts";
import { sandboxContext } from "../fakes/sandbox-context.ts";

// The handlers run as they are, with the request and the context of @azure/functions. The host of Azure Functions does not run here.

const timer = { isPastDue: false, schedule: { adjustForDST: true }, scheduleStatus: {} } as never;
let sandbox: SandboxProcess;
let xtenant: Xtenant;

beforeAll(async () => {
  sandbox = await startSandboxProcess();
  await sandboxContext(sandbox, "acme");
  const { acme } = sandbox.config.customers ?? {};
  // The others did not consent. A timer over all customers would fail for them.
  xtenant = createXtenant({ config: { ...sandbox.config, customers: { acme: acme as object } }, env: {} });
  process.env.XTENANT_CUSTOMER = "acme";
});
afterAll(() => sandbox.stop());

const context = (metadata: Record<string, unknown> = {}) => {
  const lines: string[] = [];
  const made = new InvocationContext({
    functionName: "test",
    triggerMetadata: metadata as never,
    logHandler: (_level, ...words) => lines.push(words.join(" ")),
  });
  return { made, lines };
};

const post = (customer: string, body: string, query: Record<string, string> = {}) =>
  sendCommand(
    new HttpRequest({
      method: "POST",
      url: "http://localhost/api",
      params: { customer },
      query,
      body: { string: body },
    }),
    context().made,
    xtenant,
  );

/** What the trigger of Service Bus gives: one command of the queue, as the host of the customer's app receives it. */
async function trigger(handle?: Parameters<typeof answerCommand>[3], attempt = 1): Promise<void> {
  const received = await Array.fromAsync(xtenant.respond("acme", (command) => command, { once: true }));
  expect(received).toHaveLength(1);
  const { commandId = "" } = received[0] ?? {};
  for await (const { acknowledge } of xtenant.receive("acme")) await acknowledge();
  await answerCommand(
    { restart: "web" },
    context({ messageId: commandId, deliveryCount: attempt }).made,
    xtenant,
    handle,
  );
}

async function statuses(): Promise<readonly ReceivedMessage[]> {
  const found: ReceivedMessage[] = [];
  await readStatuses(timer, context().made, xtenant, (status) => void found.push(status));
  return found;
}

test("an HTTP request sends a command, the trigger answers it, and the timer reads the status", async () => {
  const answer = await post("acme", '{"restart":"web"}');
  expect(answer).toMatchObject({ status: 202, jsonBody: { customer: "acme", queue: "commands" } });

  await trigger();

  const { messageId } = answer.jsonBody;
  expect(await statuses()).toMatchObject([
    { correlationId: messageId, body: '{"restart":"web"}', properties: { outcome: "succeeded" } },
  ]);
});

test("a timer that finds nothing reports nothing", async () => {
  const { made, lines } = context();

  await readStatuses(timer, made, xtenant);

  expect(lines).toEqual([]);
});

test("a command that is too large is a clear 413, and nothing is sent", async () => {
  expect(await post("acme", "x".repeat(300_000))).toMatchObject({
    status: 413,
    jsonBody: { code: "MessageSizeExceeded", retryable: false },
  });
  expect(await statuses()).toEqual([]);
});

test("a customer that is not in the config is a 404", async () => {
  expect(await post("nobody", "hi")).toMatchObject({ status: 404, jsonBody: { code: "CustomerNotFound" } });
});

test("a customer that refuses the app is a 502 that says who must act, and the timer names it", async () => {
  const all = createXtenant({ config: sandbox.configFile, env: {} });
  const request = new HttpRequest({
    method: "POST",
    url: "http://localhost/api",
    params: { customer: "fabrikam" },
    body: { string: "hi" },
  });
  const { made, lines } = context();

  expect(await sendCommand(request, made, all)).toMatchObject({
    status: 502,
    jsonBody: { code: "AADSTS700016", actor: "customer's administrator" },
  });
  await expect(readStatuses(timer, made, all)).rejects.toThrow("2 of 3 customers failed");
  expect(lines.join("\n")).toContain("fabrikam: AADSTS700016");
});

test("a poison message comes back until its last attempt, and then the provider gets a failed status", async () => {
  const poison = () => {
    throw new Error("no such service");
  };
  await post("acme", "{}");
  await expect(trigger(poison)).rejects.toThrow("no such service");
  await post("acme", "{}");
  await trigger(poison, 3);

  expect(await statuses()).toMatchObject([
    { properties: { outcome: "failed", detail: "no such service", attempt: 3 } },
  ]);
});

test("a handler of statuses that fails leaves the message in the queue", async () => {
  await post("acme", "{}");
  await trigger();
  const failing = () => {
    throw new Error("no disk");
  };

  await expect(readStatuses(timer, context().made, xtenant, failing)).rejects.toThrow("1 of 1 customers failed");

  expect(await statuses()).toMatchObject([{ deliveryCount: 2 }]);
});
