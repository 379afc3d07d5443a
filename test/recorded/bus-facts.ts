import type { Expected, Fact } from "./facts.ts";

/** When Service Bus gave the answer. */
export type BusMoment =
  /** In reply to a token for the link. */
  | "put-token"
  /** Instead of the link. */
  | "attach"
  /** On a link that was open. */
  | "open-link"
  /** On the connection. */
  | "connection";

export type BusFact = Fact & {
  readonly at: BusMoment;
  /** The AMQP condition, or the status of the reply to a token. */
  readonly condition: string | number;
  readonly description: string;
  readonly expected: Expected;
};

const tail =
  "TrackingId:0c2f9d6d-0d3e-4a8b-9a52-0c4a3b1f7e10_G25, SystemTracker:gateway7, Timestamp:2026-05-24T10:00:00";
const queue = "sb://acme-bus.servicebus.windows.net/statuses";
const customers = "customer's administrator";
const claimMissing = `Unauthorized access. 'Listen' claim(s) are required to perform this operation. Resource: '${queue}'. ${tail}`;
const forbidden: Expected = { kind: "forbidden", code: "UnauthorizedAccess", actor: customers, retryable: true };
const tokenRefused: Expected = { kind: "auth", code: "TokenNotAccepted", actor: "operator", retryable: true };
const broken: Expected = {
  kind: "unavailable",
  code: "ServiceCommunicationProblem",
  actor: "operator",
  retryable: true,
};

export const busFacts: readonly BusFact[] = [
  {
    id: "Q2",
    source: "Azure/azure-service-bus#258, Azure/azure-sdk-for-java#27831",
    date: "2022-03",
    at: "attach",
    condition: "amqp:unauthorized-access",
    description: claimMissing,
    expected: forbidden,
  },
  {
    id: "Q3",
    source: "dapr/components-contrib#809, MassTransit/MassTransit#2148, Azure/azure-sdk-for-python#23487",
    date: "2022-03",
    at: "open-link",
    condition: "amqp:link:detach-forced",
    description: `The link 'G25:1:statuses' is force detached. Code: RenewToken. Details: ${claimMissing}`,
    expected: forbidden,
  },
  {
    id: "Q4",
    source: "Azure/azure-service-bus#451 and #304, MassTransit/MassTransit#1683",
    date: "2021-06",
    at: "put-token",
    condition: 404,
    description: `The messaging entity '${queue}' could not be found. To know more visit https://aka.ms/sbResourceMgrExceptions. ${tail}`,
    expected: { kind: "notFound", code: "MessagingEntityNotFound", actor: "operator", retryable: false },
  },
  {
    id: "Q5",
    source: "Azure/azure-sdk-for-net#6462",
    date: "2019-05",
    at: "put-token",
    condition: 401,
    description: `InvalidIssuer: Token issuer is invalid. ${tail}`,
    expected: { kind: "auth", code: "InvalidIssuer", actor: "operator", retryable: false },
  },
  {
    id: "Q5-expired",
    source: "Azure/azure-sdk-for-python#23487",
    date: "2022-03",
    at: "put-token",
    condition: 401,
    description: `ExpiredToken: The token is expired. Expiration time has passed. ${tail}`,
    expected: tokenRefused,
  },
  {
    id: "Q5-signature",
    source: "Azure/azure-sdk-for-java#30723",
    date: "2022-09",
    at: "put-token",
    condition: 401,
    description: `InvalidSignature: The token has an invalid signature. ${tail}`,
    expected: tokenRefused,
  },
  {
    id: "Q6",
    source: "reports of namespaces with an IP filter",
    date: "2018-11",
    at: "put-token",
    condition: 401,
    description: "Ip has been prevented to connect to the endpoint. TrackingId:x, SystemTracker:AmqpGatewayProvider",
    expected: { kind: "forbidden", code: "IpNotAllowed", actor: customers, retryable: false },
  },
  {
    id: "Q7",
    source: "Azure/azure-service-bus#326",
    date: "2019-11",
    at: "attach",
    condition: "amqp:not-allowed",
    description: `It is not possible for an entity that requires sessions to create a non-sessionful message receiver. ${tail}`,
    expected: { kind: "conflict", code: "SessionRequired", actor: "operator", retryable: false },
  },
  {
    id: "Q8",
    source: "Service Bus, AMQP errors (connection is closed)",
    date: "2026-01",
    at: "connection",
    condition: "amqp:connection:forced",
    description: `The connection was inactive for more than the allowed 300000 milliseconds and is closed by container 'LinkTracker'. ${tail}`,
    expected: broken,
  },
  {
    id: "Q10",
    source: "Azure/azure-sdk-for-js, live tests",
    date: "2020-08",
    at: "open-link",
    condition: "amqp:link:message-size-exceeded",
    description:
      "The received message (delivery-id:0, size:289349 bytes) exceeds the limit (262144 bytes) currently allowed on the link.",
    expected: { kind: "usage", code: "MessageSizeExceeded", actor: "operator", retryable: false },
  },
  {
    id: "entity-disabled",
    source: "Service Bus, AMQP errors",
    date: "2026-01",
    at: "attach",
    condition: "com.microsoft:entity-disabled",
    description: `Messaging entity '${queue}' is currently disabled. ${tail}`,
    expected: { kind: "conflict", code: "MessagingEntityDisabled", actor: customers, retryable: false },
  },
  {
    id: "argument-error",
    source: "Service Bus, AMQP errors",
    date: "2026-01",
    at: "attach",
    condition: "com.microsoft:argument-error",
    description: `The value of a property is not valid. ${tail}`,
    expected: { kind: "usage", code: "ArgumentError", actor: "operator", retryable: false },
  },
  {
    id: "internal-error",
    source: "Azure/azure-sdk-for-net#15325",
    date: "2020-09",
    at: "attach",
    condition: "amqp:internal-error",
    description: `The service was unable to process the request; please retry the operation. ${tail}`,
    expected: { kind: "unavailable", code: "InternalServerError", actor: "Microsoft", retryable: true },
  },
  {
    id: "throttled",
    source: "Service Bus, throttling",
    date: "2026-01",
    at: "attach",
    condition: "com.microsoft:server-busy",
    description: `The request was terminated because the namespace acme-bus is being throttled. Error code : 50009. Please wait 2 seconds and try again. ${tail}`,
    expected: { kind: "unavailable", code: "ServiceBusy", actor: "nobody", retryable: true },
  },
];
