import { randomUUID } from "node:crypto";
import { duplexPair } from "node:stream";
import { onTestFinished } from "vitest";
import { createSigningKeys } from "../../src/entra/keys.ts";
import {
  createModel,
  defaultQueueSettings,
  findNamespace,
  type Namespace,
  type Queue,
  type QueueSettings,
} from "../../src/model.ts";
import { createBroker } from "../../src/service-bus/broker.ts";
import type { ServiceLimits } from "../../src/service-bus/connection/service-limits.ts";
import {
  type AmqpValue,
  decodeValue,
  endOfValue,
  listElements,
  mapEntries,
} from "../../src/service-bus/messages/amqp-decode.ts";
import {
  encodeDescribed,
  encodeList,
  encodeMap,
  encodeNull,
  encodeString,
} from "../../src/service-bus/messages/amqp-encode.ts";
import { scanSections, sectionCodes } from "../../src/service-bus/messages/sections.ts";
import { addTenant, roleIds } from "./bus-model.ts";
import { attachFrame, beginFrame, creditFrame, frame, openFrame, protocolHeader, transferFrame } from "./raw-frames.ts";

/** Descriptors of the performatives (AMQP 1.0 part 2). */
const codes = { open: 0x10, begin: 0x11, attach: 0x12, transfer: 0x14, disposition: 0x15, detach: 0x16, close: 0x18 };
type Kind = keyof typeof codes;

/** A frame with the encoded fields of its performative, trailing nulls included. */
export type Frame = { readonly kind: Kind | undefined; readonly fields: readonly Buffer[]; readonly payload: Buffer };

export type WireOptions = {
  readonly settings?: Partial<QueueSettings>;
  readonly tier?: Namespace["tier"];
  /** Where the client is a Data Owner. */
  readonly scope?: "namespace" | "queue";
  readonly limits?: Partial<ServiceLimits>;
  readonly transport?: "tcp" | "webSocket";
};

/** How a token differs from a good one. */
export type TokenFault = "issuer" | "expired" | "signature";

export const queueName = "orders";

/**
 * A client that sees each field of each frame, with an opened session and the broker in this process. It uses no AMQP client, because
 * the broker changes the library of the one there is.
 */
export async function openWire({ settings = {}, tier, scope = "namespace", limits = {}, transport }: WireOptions = {}) {
  const model = createModel();
  const tenant = addTenant(model, "acme", tier);
  const host = "acme-bus.servicebus.windows.net";
  const resourceId = `${findNamespace(model, host)?.namespace.resourceId}/queues/${queueName}`;
  const queue: Queue = {
    name: queueName,
    resourceId,
    createdAt: new Date(),
    settings: { ...defaultQueueSettings, ...settings },
  };
  findNamespace(model, host)?.namespace.queues.set(queueName, queue);
  const oid = randomUUID();
  tenant.servicePrincipals.set(oid, {
    ...{ id: oid, appId: randomUUID(), appOwnerOrganizationId: tenant.id, displayName: "Contoso Link" },
    ...{ accountEnabled: true, type: "Application", graphPermissions: [], directoryRoles: [], createdAt: new Date() },
  });
  tenant.roleAssignments.set("role", {
    ...{
      name: "role",
      roleId: roleIds.owner,
      principalId: oid,
      principalType: "ServicePrincipal",
      description: undefined,
    },
    scope: scope === "queue" ? resourceId : (findNamespace(model, host)?.namespace.resourceId ?? ""),
    ...{ createdAt: new Date(), effectiveAt: new Date(0) },
  });
  const keys = await createSigningKeys();
  const broker = createBroker({ model, keys, now: () => new Date(), log: () => {}, limits });
  const [near, far] = duplexPair();
  broker.accept(far, transport);
  onTestFinished(() => {
    for (const side of [near, far]) side.destroy();
    return broker.close();
  });

  const frames = framesOf(near);
  let deliveries = 0;

  const write = (...written: readonly Buffer[]) => void near.write(Buffer.concat(written));
  /** Sends an encoded message on the link. */
  const transfer = (handle: number, message: Buffer) => write(transferFrame(handle, deliveries++, message));

  /** The next frame of the kind, and the frames before it dropped. */
  async function next(kind: Kind): Promise<Frame> {
    for (;;) {
      const { value, done } = await frames.next();
      if (done) throw new Error(`the connection ended before ${kind}`);
      if (value.kind === kind) return value;
    }
  }

  /** Sends a request over the pair of links with these handles, and gives the sections of the reply. */
  async function request(handle: number, properties: Readonly<Record<string, Buffer>>, body: Buffer) {
    const message = Buffer.concat([
      encodeDescribed(sectionCodes.properties, encodeList([encodeString("request")])),
      encodeDescribed(
        sectionCodes.applicationProperties,
        encodeMap(Object.entries(properties).flatMap(([key, value]) => [encodeString(key), value])),
      ),
      encodeDescribed(sectionCodes.value, body),
    ]);
    transfer(handle, message);
    const { payload } = await next("transfer");
    const sections = scanSections(payload);
    const find = (code: number) => sections.find((section) => section.code === code)?.value ?? encodeNull();
    const answers = mapEntries(find(sectionCodes.applicationProperties));
    const value = (name: string) =>
      answers.filter(({ key }) => key === name).map((entry) => decodeValue(entry.value))[0];
    return { value, body: find(sectionCodes.value), sections };
  }

  async function openPair(handle: number, node: string) {
    write(attachFrame(handle, "sender", node), attachFrame(handle + 1, "receiver", node), creditFrame(handle + 1, 100));
    await next("attach");
    await next("attach");
  }

  let hasCbs = false;
  async function putToken(audience: string, fault?: TokenFault) {
    if (!hasCbs) await openPair(250, "$cbs");
    hasCbs = true;
    const aud = "https://servicebus.azure.net/";
    const tid = fault === "issuer" ? randomUUID() : tenant.id;
    const signer = fault === "signature" ? await createSigningKeys() : keys;
    const claims = { aud, iss: `https://sts.localhost/${tid}/v2.0`, tid, oid, sub: oid };
    const token = await signer.sign(claims, fault === "expired" ? -1 : 3600);
    const properties = { operation: "put-token", type: "jwt", name: audience };
    const { value } = await request(
      250,
      Object.fromEntries(Object.entries(properties).map(([key, text]) => [key, encodeString(text)])),
      encodeString(token),
    );
    return { status: value("status-code"), description: String(value("status-description")) };
  }

  let managed = false;
  /** A request to the management node of the queue. The body is an encoded map. */
  async function manage(operation: string, body: readonly Buffer[]) {
    if (!managed) await openPair(240, `${queueName}/$management`);
    managed = true;
    const reply = await request(240, { operation: encodeString(operation) }, encodeMap(body));
    return { ...reply, status: reply.value("statusCode") };
  }

  write(protocolHeader, openFrame(host), beginFrame);
  const [opened, begun] = [await next("open"), await next("begin")];
  return {
    broker,
    tenant,
    queue,
    namespace: findNamespace(model, host)?.namespace,
    opened,
    host,
    begun,
    write,
    transfer,
    next,
    putToken,
    manage,
    near,
  };
}

export type Wire = Awaited<ReturnType<typeof openWire>>;

/** The frames that come, once the broker's protocol header is read. */
export async function* framesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let waiting = Buffer.alloc(0);
  let isHeader = true;
  for await (const bytes of stream) {
    waiting = Buffer.concat([waiting, bytes]);
    if (isHeader && waiting.length >= protocolHeader.length) {
      waiting = waiting.subarray(protocolHeader.length);
      isHeader = false;
    }
    while (!isHeader && waiting.length >= 4 && waiting.length >= waiting.readUInt32BE(0)) {
      const whole = waiting.subarray(0, waiting.readUInt32BE(0));
      waiting = waiting.subarray(whole.length);
      if (whole.length > frameHead) yield parseFrame(whole.subarray(frameHead));
    }
  }
}

/** Bytes of a frame before its performative. */
const frameHead = frame(Buffer.alloc(0)).length;

function parseFrame(content: Buffer): Frame {
  const end = endOfValue(content, 0);
  const { code, value } = describedParts(content.subarray(0, end));
  const kind = (Object.keys(codes) as Kind[]).find((name) => codes[name] === code);
  return { kind, fields: listElements(value), payload: content.subarray(end) };
}

/** The descriptor of a described value, and the encoded value. */
export function describedParts(encoded: Buffer): { readonly code: number; readonly value: Buffer } {
  const start = endOfValue(encoded, 1);
  return { code: Number(decodeValue(encoded.subarray(1, start))), value: encoded.subarray(start) };
}

/** The encoded fields of a described list. */
export const partsOf = (encoded: Buffer | undefined): readonly Buffer[] =>
  encoded === undefined ? [] : listElements(describedParts(encoded).value);

/** The fields of a described list, decoded. */
export const fieldsOf = (encoded: Buffer | undefined): readonly AmqpValue[] => partsOf(encoded).map(decodeValue);
