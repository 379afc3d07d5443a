import { randomUUID } from "node:crypto";

/** An AMQP error as links, deliveries and replies carry it; conditions and texts are those of Service Bus. */
export type AmqpError = { readonly condition: string; readonly description: string };

export type Claimed = "Send" | "Listen";

/** The tail that Service Bus puts behind its messages, with which its support finds a request again. */
const tracking = (now: Date, system = "NoSystemTracker") =>
  `TrackingId:${randomUUID()}, SystemTracker:${system}, Timestamp:${now.toISOString().slice(0, 19)}`;

/** Why a token is refused, as the reply to it says. The system is the gateway where the network is the reason. */
export const tokenRefusal = (reason: string, now: Date, system?: "AmqpGatewayProvider"): string =>
  `${reason} ${tracking(now, system)}`;

export const unauthorized = (claimed: Claimed, resource: string, now: Date): AmqpError => ({
  condition: "amqp:unauthorized-access",
  description: `Unauthorized access. '${claimed}' claim(s) are required to perform this operation. Resource: '${resource}'. ${tracking(now)}`,
});

export const tokenExpired = (resource: string, now: Date): AmqpError => ({
  condition: "amqp:unauthorized-access",
  description: `ExpiredToken: The token is expired. Expiration time has passed. Resource: '${resource}'. ${tracking(now)}`,
});

export const entityNotFound = (resource: string, now: Date): AmqpError => ({
  condition: "amqp:not-found",
  description: `The messaging entity '${resource}' could not be found. To know more visit https://aka.ms/sbResourceMgrExceptions. ${tracking(now, resource)}`,
});

export const entityDisabled = (resource: string, now: Date): AmqpError => ({
  condition: "com.microsoft:entity-disabled",
  description: `Messaging entity '${resource}' is currently disabled. ${tracking(now, resource)}`,
});

/** The queue was deleted, and another one has its name now. */
export const entityReplaced = (resource: string): AmqpError => ({
  condition: "amqp:resource-deleted",
  description: `The messaging entity '${resource}' has been deleted.`,
});

/** Without a delivery id the message is inside a request. */
export const messageTooLarge = (bytes: number, limit: number, deliveryId?: number): AmqpError => ({
  condition: "amqp:link:message-size-exceeded",
  description: `The received message (${deliveryId === undefined ? "" : `delivery-id:${deliveryId}, `}size:${bytes} bytes) exceeds the limit (${limit} bytes) currently allowed on the link.`,
});

/** The limit is documented, condition and text are not. */
export const idTooLong = (property: string, limit: number, now: Date): AmqpError => ({
  condition: "com.microsoft:argument-error",
  description: `The property '${property}' of a message is longer than ${limit} characters. ${tracking(now)}`,
});

/** What Service Bus says of properties beyond their limits (Azure/azure-sdk-for-net #15325): it does not name the reason. */
export const notProcessed = (now: Date): AmqpError => ({
  condition: "amqp:internal-error",
  description: `The service was unable to process the request; please retry the operation. For more information on exception types and proper exception handling, please refer to http://go.microsoft.com/fwlink/?LinkId=761101 ${tracking(now)}`,
});

export const queueFull = (queue: string, sizeBytes: number, maxSizeBytes: number): AmqpError => ({
  condition: "amqp:resource-limit-exceeded",
  description: `The maximum entity size has been reached or exceeded for Queue: '${queue}'. Size of entity in bytes:${sizeBytes}, Max entity size in bytes:${maxSizeBytes}.`,
});

export const serverBusy = (namespace: string, now: Date): AmqpError => ({
  condition: "com.microsoft:server-busy",
  description: `The request was terminated because the namespace ${namespace} is being throttled. Error code : 50009. Please wait 2 seconds and try again. To know more visit https://aka.ms/sbResourceMgrExceptions ${tracking(now, namespace)}`,
});

export const tooManyReceivers = (queue: string, limit: number, now: Date): AmqpError => ({
  condition: "com.microsoft:server-busy",
  description: `The request was terminated because the entity '${queue}' has ${limit} receivers, which is as many as may be. Error code : 50009. Please wait 2 seconds and try again. ${tracking(now, queue)}`,
});

export const tooManyConnections = (limit: number, now: Date): AmqpError => ({
  condition: "amqp:resource-limit-exceeded",
  description: `The namespace has ${limit} connections, which is as many as may be. ${tracking(now)}`,
});

/** The words of Azure/azure-amqp, `AmqpIdleTimeoutNotSupported`; that the service has the library's limit is inferred. */
export const idleTimeOutNotSupported = (asked: number, shortest: number): AmqpError => ({
  condition: "amqp:not-allowed",
  description: `Connection idle timeout '${asked}' is not supported. Minimum value is '${shortest}' milliseconds.`,
});

export const linkIdle = (link: string, peer: "publisher" | "consumer", idle: number, now: Date): AmqpError => ({
  condition: "amqp:link:detach-forced",
  description: `The link '${link}' is force detached by the broker due to errors occurred in ${peer}(${link}). Detach origin: ${peer === "publisher" ? "AmqpMessagePublisher" : "AmqpMessageConsumer"}.IdleTimerExpired: Idle timeout: ${timeSpan(idle)}. ${tracking(now)}`,
});

/** An open link that lost what it was opened with, found out when nothing was asked of it. */
export const accessLost = (link: string, { description }: AmqpError): AmqpError => ({
  condition: "amqp:link:detach-forced",
  description: `The link '${link}' is force detached. Code: RenewToken. Details: ${description}`,
});

export const linkDropped = (link: string, now: Date): AmqpError => ({
  condition: "amqp:link:detach-forced",
  description: `The link '${link}' is force detached by the broker because the entity has moved. ${tracking(now)}`,
});

/** The words of the documentation (AMQP errors in Service Bus). */
export const connectionIdle = (idle: number, now: Date): AmqpError => ({
  condition: "amqp:connection:forced",
  description: `The connection was inactive for more than the allowed ${idle} milliseconds and is closed by container 'LinkTracker'. ${tracking(now, "gateway")}`,
});

export const lockLost: AmqpError = {
  condition: "com.microsoft:message-lock-lost",
  description:
    "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.",
};

export const sessionLockLost = (now: Date): AmqpError => ({
  condition: "com.microsoft:session-lock-lost",
  description: `The session lock has expired on the MessageSession. Accept a new MessageSession. ${tracking(now)}`,
});

export const sessionCannotBeLocked = (id: string, now: Date): AmqpError => ({
  condition: "com.microsoft:session-cannot-be-locked",
  description: `The requested session '${id}' cannot be accepted. It may be locked by another receiver. ${tracking(now)}`,
});

/** Milliseconds below a day, as .NET writes a TimeSpan. */
const timeSpan = (milliseconds: number) => new Date(milliseconds).toISOString().slice(11, 19);

export const operationTimedOut = (milliseconds: number, now: Date): AmqpError => ({
  condition: "com.microsoft:timeout",
  description: `The operation did not complete within the allotted timeout of ${timeSpan(milliseconds)}. The time allotted to this operation may have been a portion of a longer timeout. For more information on exception types and proper exception handling, please refer to https://aka.ms/ServiceBusExceptions . ${tracking(now)}`,
});

export const messageNotFound: AmqpError = {
  condition: "com.microsoft:message-not-found",
  description: "Failed to lock one or more specified messages. The message does not exist.",
};

/** Azure's words, in public reports of the SDKs for .NET and JavaScript and of Service Bus tools. */
export const autoForwarding = (wanted: "receiver" | "browser", now: Date): AmqpError => ({
  condition: "amqp:not-allowed",
  description: `Cannot create a message ${wanted} on an entity with auto-forwarding enabled. ${tracking(now)}`,
});

/** The words for each way in which a receiver and a queue do not fit (Azure/azure-service-bus#326, kafka-docker-playground#7949). */
export const sessionRequired = (now: Date): AmqpError =>
  notAllowed(
    `It is not possible for an entity that requires sessions to create a non-sessionful message receiver. ${tracking(now)}`,
  );
export const sessionsNotSupported = (now: Date): AmqpError =>
  notAllowed(
    `A sessionful message receiver cannot be created on an entity that does not require sessions. Ensure RequiresSession is set to true when creating a Queue or Subscription to enable sessionful behavior. ${tracking(now)}`,
  );

/** Azure's words, in reports of its SDKs for JavaScript (Azure/azure-event-hubs-node#186). */
export const cbsAlreadyOpen = (connection: string): AmqpError =>
  notAllowed(`A link to connection '${connection}' $cbs node has already been opened.`);

export const notAllowed = (description: string): AmqpError => ({ condition: "amqp:not-allowed", description });

export const decodeError = (description: string): AmqpError => ({ condition: "amqp:decode-error", description });

export const argumentError = (description: string): AmqpError => ({
  condition: "com.microsoft:argument-error",
  description,
});

export const notImplemented = (description: string): AmqpError => ({
  condition: "amqp:not-implemented",
  description,
});
