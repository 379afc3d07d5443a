import { readFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { startSandboxProcess } from "../../sandbox/test/sandbox-process.ts";
import { createAzureServices } from "../../src/lib/azure/azure-services.ts";
import { produceStream } from "../../src/lib/concurrency/produce-stream.ts";
import { parseConfig } from "../../src/lib/config/config.ts";
import { findCustomer } from "../../src/lib/config/select-customers.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { wantedAssignments } from "../../src/lib/domain/role-access.ts";
import type { ReceiveBatch } from "../../src/lib/receive/receive-batch.ts";
import { receiveFromCustomers } from "../../src/lib/receive/receive-from-customers.ts";
import { printed } from "../fakes/poll-printed.ts";
import { idOf } from "../fakes/statuses.ts";
import { openToxicProxy } from "../faults/proxy.ts";

const log = { ask: () => {}, info: () => {}, debug: () => {} };

/** The sandbox with acme granted, and two ways to connect: through a proxy that can lose everything, and directly. */
async function openTwoWays() {
  const sandbox = await startSandboxProcess();
  onTestFinished(() => sandbox.stop());
  const proxy = await openToxicProxy(sandbox.port, () => 0.5);
  onTestFinished(() => proxy.close());
  const document = JSON.parse(await readFile(sandbox.configFile, "utf8"));
  const cloudBy = (port: number) => {
    const cloud = { ...document.cloud, serviceBusEndpoint: `sb://localhost:${port}` };
    const config = parseConfig({ ...document, cloud }, sandbox.configFile);
    if (!("provider" in config)) throw new Error(JSON.stringify(config));
    return { config, cloud: createAzureServices(async () => config, { env: {}, log }) };
  };
  const { cloud: direct, config } = cloudBy(sandbox.port);
  const acme = findCustomer(config, parseCustomerName("acme"));
  await (await direct.directory(acme)).provisionServicePrincipal(config.provider.clientId);
  const { objectId } = await direct.signIn(acme);
  const access = await direct.roleAssignments(acme);
  for (const wanted of wantedAssignments(acme, objectId)) await access.assign(wanted);
  return { proxy, acme, direct, proxied: cloudBy(proxy.port).cloud };
}

test("a tail detects a connection that failed silently, opens it again, and misses no message", async () => {
  const { proxy, acme, direct, proxied } = await openTwoWays();
  await using responder = await direct.connectAsResponder(acme);
  const sender = await responder.sender();
  await sender.send({ messageId: "before", body: Buffer.from("x") });
  const stop = new AbortController();
  const keepalive = { silenceMilliseconds: 300, answerMilliseconds: 700 };
  const options = { watch: true, idleMilliseconds: 1_000, sessions: 1, keepalive };
  const reported: (string | undefined)[] = [];

  const batches = produceStream<ReceiveBatch>((output) =>
    receiveFromCustomers({ azure: proxied, log, signal: stop.signal, output }, [acme], { options }),
  );

  for await (const event of printed(batches)) {
    reported.push(idOf(event) ?? (event.type === "failed" ? event.error.code : event.type));
    // Its completion was sent on the connection that fails, so it may be redelivered.
    if (idOf(event) === "before") proxy.forget();
    // The broker closes the failed connection, too: until then it would deliver messages to it, and lock them.
    if (event.type === "failed") proxy.cut();
    if (event.type === "recovered") await sender.send({ messageId: "after", body: Buffer.from("x") });
    if (idOf(event) === "after") stop.abort();
  }

  expect(reported.filter((one) => one !== "before")).toEqual(["NoAnswer", "recovered", "after"]);
}, 60_000);
