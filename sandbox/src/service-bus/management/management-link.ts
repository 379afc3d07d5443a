import type { Receiver } from "rhea";
import type { Queue } from "../../model.ts";
import { type AmqpError, argumentError, type Claimed, notImplemented, serverBusy } from "../amqp-errors.ts";
import type { BusConnection } from "../connection/bus-connection.ts";
import { authorizeLink } from "../links/authorize-link.ts";
import { forwardingRefusal } from "../links/auto-forwarding.ts";
import type { EntityAddress } from "../links/entity-address.ts";
import { createLinkAuthority } from "../links/link-authority.ts";
import { MalformedAmqp, type MapEntry, mapEntries } from "../messages/amqp-decode.ts";
import { encodeInt, encodeString, encodeSymbol } from "../messages/amqp-encode.ts";
import { managementOperations } from "./management-operations.ts";
import type { OperationResult } from "./request-body.ts";
import { type Reply, type Request, serveRequestLink } from "./request-reply.ts";

/** HTTP-like status of a reply, by the condition of its error (Service Bus AMQP request-response operations). */
const statusOf: Readonly<Record<string, number>> = {
  "amqp:unauthorized-access": 401,
  "amqp:not-found": 404,
  "com.microsoft:message-not-found": 404,
  "com.microsoft:message-lock-lost": 410,
  "com.microsoft:session-lock-lost": 410,
  "amqp:resource-limit-exceeded": 403,
  "amqp:link:message-size-exceeded": 403,
  "amqp:not-implemented": 501,
  "com.microsoft:server-busy": 503,
};

/** Serves the requests to the `$management` node of a queue. Senders may open it too: they schedule messages with it. */
export function serveManagementLink(bus: BusConnection, link: Receiver, address: EntityAddress): void {
  const authority = createLinkAuthority(bus, link, { address, wanted: ["Listen", "Send"] });
  if (!authority.admit()) return;
  serveRequestLink(bus, link, (request) => {
    authority.touch();
    return toReply(run(bus, address, request));
  });
}

/** The operations that read messages, and what Service Bus calls their reader. */
const readers: ReadonlyMap<string, "receiver" | "browser"> = new Map([
  ["com.microsoft:peek-message", "browser"],
  ["com.microsoft:receive-by-sequence-number", "receiver"],
]);

function run(bus: BusConnection, address: EntityAddress, { properties, body }: Request): OperationResult {
  const name = String(properties.get("operation"));
  const operation = Object.hasOwn(managementOperations, name) ? managementOperations[name] : undefined;
  if (!operation) return notImplemented(`The operation '${name}' is not implemented.`);
  const queue = authorize(bus, address, operation.wanted);
  if ("condition" in queue) return queue;
  const wanted = readers.get(name);
  const forwarding = wanted && forwardingRefusal(queue, address.part, wanted, bus.now());
  if (forwarding) return forwarding;
  const place = { host: bus.host, queue: queue.name };
  const refusal = bus.activeFaults.refusal("REQUEST", place);
  if (refusal) return refusal;
  if (bus.activeFaults.isThrottled(place)) return serverBusy(bus.host, bus.now());
  const store = bus.storeOf(queue);
  const linkName = properties.get("associated-link-name");
  return readable(() =>
    operation.run({
      ...{ bus, queue, messages: store[address.part], body: entriesOf(body) },
      hasSessions: queue.settings.requiresSession && address.part === "messages",
      linkName: typeof linkName === "string" ? linkName : undefined,
    }),
  );
}

function authorize(bus: BusConnection, address: EntityAddress, wanted: Claimed): Queue | AmqpError {
  const { model, host, claims, now } = bus;
  const claim = claims.find(address.path);
  const failureOf = authorizeLink({ model, host, address, claim, wanted: [wanted], now: now() });
  return failureOf.status === "allowed" ? failureOf.queue : failureOf.error;
}

function readable(operation: () => OperationResult): OperationResult {
  try {
    return operation();
  } catch (error) {
    if (error instanceof MalformedAmqp) return argumentError(`The request is malformed: ${error.message}.`);
    throw error;
  }
}

function entriesOf(body: Buffer | undefined): MapEntry[] {
  if (!body) throw new MalformedAmqp("it has no body");
  return mapEntries(body);
}

function toReply(result: OperationResult): Reply {
  if (!("condition" in result)) return { properties: status(result.status, "OK"), body: result.body };
  const { condition, description } = result;
  return {
    properties: [
      ...status(statusOf[condition] ?? 400, description),
      { key: "errorCondition", value: encodeSymbol(condition) },
    ],
  };
}

const status = (code: number, description: string): MapEntry[] => [
  { key: "statusCode", value: encodeInt(code) },
  { key: "statusDescription", value: encodeString(description) },
];
