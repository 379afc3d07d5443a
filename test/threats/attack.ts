import type { ServiceBusClient } from "@azure/service-bus";
import { mapAzureError } from "../../src/lib/azure/error-mapping.ts";
import { openClient } from "../../src/lib/azure/service-bus/namespace-client.ts";
import { closeConnection } from "../../src/lib/azure/service-bus/sdk-internals.ts";
import { createTransportSelector } from "../../src/lib/azure/service-bus/transport-selection.ts";
import { withTimeout } from "../../src/lib/concurrency/timeout.ts";
import { azureClouds } from "../../src/lib/domain/cloud-endpoints.ts";
import { parseNamespaceHost } from "../../src/lib/domain/customer.ts";
import { list, raw } from "../fakes/raw-amqp.ts";
import { type Attack, openHostileBroker, performativeOf, type Transport } from "./hostile-broker.ts";

const suffix = "servicebus.localhost";
const namespace = parseNamespaceHost(`acme-bus.${suffix}`, suffix);
const place = { customer: "acme", tenant: "acme", namespace };
const log = { ask: () => {}, info: () => {}, debug: () => {} };
const getToken = async () => ({ token: "secret-token", expiresOnTimestamp: Date.now() + 3600_000 });

/** What a call over a new connection to the broker leads to: "done", or the failure. */
export async function callOver(
  port: number,
  transport: Transport,
  call: (client: ServiceBusClient) => Promise<unknown>,
): Promise<unknown> {
  const sandbox = { serviceBusEndpoint: `sb://localhost:${port}`, managedIdentityEndpoint: "", caFile: "" };
  const cloud = { ...azureClouds.public, sandbox };
  const selection = await createTransportSelector({ env: {}, log })({ cloud, transport }, namespace);
  const client = openClient(cloud, namespace, { kind: "test", credential: { getToken } }, selection);
  try {
    await withTimeout("the broker", 5_000, call(client));
    return "done";
  } catch (error) {
    return mapAzureError(error, place);
  } finally {
    closeConnection(client);
  }
}

export const receive = (client: ServiceBusClient) =>
  client.createReceiver("statuses").receiveMessages(1, { maxWaitTimeInMs: 300 });
const send = (client: ServiceBusClient) => client.createSender("commands").sendMessages({ body: "hi" });

/** A receive and a send, each over a connection of its own. */
export async function attackWith(
  createAttack: () => Attack,
  transport: Transport = "amqp",
): Promise<readonly unknown[]> {
  const brokers = await Promise.all([createAttack(), createAttack()].map((one) => openHostileBroker(one, transport)));
  try {
    const [one, other] = brokers;
    return await Promise.all([
      callOver(one?.port ?? 0, transport, receive),
      callOver(other?.port ?? 0, transport, send),
    ]);
  } finally {
    for (const broker of brokers) broker.close();
  }
}

/** Sends the bytes behind the first frame of this kind. */
export const after = (performative: number, evil: Buffer) => (): Attack => {
  let isDue = true;
  return (piece) => {
    if (!isDue || performativeOf(piece) !== performative) return piece;
    isDue = false;
    return Buffer.concat([piece, evil]);
  };
};

/** Sends a frame in the place of the first one of this kind, on the same channel. */
export const instead = (performative: number, evil: Buffer) => (): Attack => {
  let isDue = true;
  return (piece) => {
    if (!isDue || performativeOf(piece) !== performative) return piece;
    isDue = false;
    piece.copy(evil, 6, 6, 8);
    return evil;
  };
};

export const nested = (depth: number) => {
  let value = raw(0x45);
  for (let level = 0; level < depth; level += 1) value = list(value);
  return value;
};
/** A performative with these fields. */
export const performative = (code: number, ...fields: readonly Uint8Array[]) => raw(0, 0x53, code, list(...fields));
export const u32 = (value: number) => Buffer.from(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));
/** An array of nulls, which need no bytes. */
export const endlessArray = (count: number) => raw(0xf0, u32(5), u32(count), 0x40);
