import { findNamespace, type Model, type Namespace, type QueueSettings } from "../../model.ts";

/** Azure's limits for connections and links; tests lower them. Durations are milliseconds. */
export type ServiceLimits = {
  /** Connections of one namespace (Service Bus quotas). */
  readonly connections: number;
  /** Receivers of one queue at a time (Service Bus quotas). */
  readonly receivers: number;
  /** After this time without activity, a link is detached (AMQP errors in Service Bus). */
  readonly linkIdle: number;
  /** After this time without a link, a connection is closed (the same). */
  readonly connectionIdle: number;
  /** After this time without a first link, a new connection is closed (the same). */
  readonly firstLink: number;
  /** The shortest idle timeout that a client may ask for (Azure/azure-amqp, `MinimumHeartBeatIntervalMs`). */
  readonly shortestIdleTimeOut: number;
  /**
   * Whether a client may send a session before it has the answer to its open. AMQP allows it (AMQP 1.0 part 2, 2.4.1). A broker that
   * refuses it is for tests of clients that fall back.
   */
  readonly earlySessions: boolean;
};

export const azureLimits: ServiceLimits = {
  connections: 5000,
  receivers: 5000,
  linkIdle: 600_000,
  connectionIdle: 300_000,
  firstLink: 60_000,
  shortestIdleTimeOut: 5_000,
  earlySessions: true,
};

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

/** Largest single message by tier, whatever the queue's own setting (Service Bus quotas). */
const largestMessage = {
  Basic: 256 * kilobyte,
  Standard: 256 * kilobyte,
  Premium: 100 * megabyte,
} as const satisfies Record<Namespace["tier"], number>;

/** The largest batch, also where a single message may be larger (Service Bus quotas). */
const largestBatch = megabyte;

/** In bytes. */
export type SizeLimits = { readonly message: number; readonly batch: number; readonly tier: Namespace["tier"] };

export function sizeLimits(model: Model, host: string, { maxMessageBytes }: QueueSettings): SizeLimits {
  const tier = findNamespace(model, host)?.namespace.tier ?? "Standard";
  const message = Math.min(maxMessageBytes, largestMessage[tier]);
  return { message, batch: Math.min(message, largestBatch), tier };
}
