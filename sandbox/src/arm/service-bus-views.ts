import type { Namespace, Queue, ResourceGroup, Tenant } from "../model.ts";
import { messageCount, type QueueCounts } from "../queue-counts.ts";
import { formatDuration } from "./iso-duration.ts";
import { properCase } from "./scope.ts";

export const namespaceView = (namespace: Namespace, { location }: ResourceGroup, { id }: Tenant) => ({
  id: properCase(namespace.resourceId),
  name: namespace.name,
  type: "Microsoft.ServiceBus/Namespaces",
  location,
  tags: {},
  sku: { name: namespace.tier, tier: namespace.tier },
  properties: {
    provisioningState: "Succeeded",
    status: "Active",
    metricId: `${id}:${namespace.name}`,
    serviceBusEndpoint: `https://${namespace.host}:443/`,
    disableLocalAuth: true,
    zoneRedundant: false,
    createdAt: namespace.createdAt.toISOString(),
    updatedAt: namespace.createdAt.toISOString(),
  },
});

/** Ten minutes (Service Bus, duplicate detection). */
export const defaultDuplicateWindow = 600_000;

export const queueView = ({ name, resourceId, createdAt, settings }: Queue, counts: QueueCounts) => ({
  id: properCase(resourceId),
  name: name.replaceAll("/", "~"),
  type: "Microsoft.ServiceBus/namespaces/queues",
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
    autoDeleteOnIdle: formatDuration(undefined),
    enableBatchedOperations: true,
    enablePartitioning: false,
    enableExpress: false,
    createdAt: createdAt.toISOString(),
    updatedAt: createdAt.toISOString(),
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
