import type { Namespace, Queue, ResourceGroup, Tenant } from "../model.ts";
import { messageCount, type QueueCounts } from "../queue-counts.ts";
import { formatDuration } from "./iso-duration.ts";
import { properCase } from "./scope.ts";

export const namespaceView = (namespace: Namespace, { location }: ResourceGroup, { id }: Tenant) => ({
  id: properCase(namespace.resourceId),
  name: namespace.name,
  type: "Microsoft.ServiceBus/Namespaces",
  location: namespace.location ?? location,
  tags: namespace.tags ?? {},
  sku: skuOf(namespace),
  properties: {
    provisioningState: "Succeeded",
    status: "Active",
    metricId: `${id}:${namespace.name}`,
    serviceBusEndpoint: `https://${namespace.host}:443/`,
    disableLocalAuth: true,
    minimumTlsVersion: "1.2",
    publicNetworkAccess: namespace.firewall === "closed" ? "Disabled" : "Enabled",
    premiumMessagingPartitions: namespace.tier === "Premium" ? 1 : 0,
    zoneRedundant: false,
    createdAt: namespace.createdAt.toISOString(),
    updatedAt: namespace.createdAt.toISOString(),
  },
});

const skuOf = ({ tier, capacity }: Namespace) => ({
  name: tier,
  tier,
  ...(tier === "Premium" ? { capacity: capacity ?? 1 } : {}),
});

/** Ten minutes (Service Bus, duplicate detection). */
export const defaultDuplicateWindow = 600_000;

export const queueView = (
  { name, resourceId, createdAt, updatedAt = createdAt, settings }: Queue,
  location: string,
  counts: QueueCounts,
) => ({
  id: properCase(resourceId),
  name: name.replaceAll("/", "~"),
  type: "Microsoft.ServiceBus/namespaces/queues",
  location,
  properties: {
    status: settings.status,
    lockDuration: formatDuration(settings.lockDuration),
    maxDeliveryCount: settings.maxDeliveryCount,
    defaultMessageTimeToLive: formatDuration(settings.defaultTimeToLive),
    deadLetteringOnMessageExpiration: settings.deadLetterOnExpiration,
    maxMessageSizeInKilobytes: settings.maxMessageBytes / 1024,
    maxSizeInMegabytes: settings.maxSizeBytes / 1024 ** 2,
    requiresSession: settings.requiresSession,
    requiresDuplicateDetection: settings.requiresDuplicateDetection,
    duplicateDetectionHistoryTimeWindow: formatDuration(settings.duplicateDetectionWindow ?? defaultDuplicateWindow),
    ...(settings.forwardTo === undefined ? {} : { forwardTo: settings.forwardTo }),
    ...(settings.forwardDeadLettersTo === undefined
      ? {}
      : { forwardDeadLetteredMessagesTo: settings.forwardDeadLettersTo }),
    autoDeleteOnIdle: formatDuration(settings.kept?.autoDeleteOnIdle),
    enableBatchedOperations: settings.kept?.enableBatchedOperations ?? true,
    enablePartitioning: settings.kept?.enablePartitioning ?? false,
    enableExpress: settings.kept?.enableExpress ?? false,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    accessedAt: createdAt.toISOString(),
    sizeInBytes: counts.sizeBytes,
    messageCount: messageCount(counts),
    countDetails: {
      activeMessageCount: counts.active,
      deadLetterMessageCount: counts.deadLetter,
      scheduledMessageCount: counts.scheduled,
      transferMessageCount: 0,
      transferDeadLetterMessageCount: counts.transferDeadLetter,
    },
  },
});
