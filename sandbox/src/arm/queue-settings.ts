import { z } from "zod";
import { defaultQueueSettings, type Namespace, type QueueSettings } from "../model.ts";
import { ArmError } from "./arm-error.ts";
import { parseDuration } from "./iso-duration.ts";

const duration = z.string().transform((text, context) => {
  const milliseconds = parseDuration(text);
  if (!Number.isNaN(milliseconds) && milliseconds > 0) return milliseconds;
  context.addIssue({ code: "custom", message: "not an ISO 8601 duration longer than nothing" });
  return z.NEVER;
});

/** What ARM lets a request say about a queue (Microsoft.ServiceBus 2021-11-01); settings left out are not touched. */
export const queueBody = z.object({
  properties: z
    .object({
      status: z.enum(["Active", "Disabled", "SendDisabled", "ReceiveDisabled"]).optional(),
      lockDuration: duration.optional(),
      maxDeliveryCount: z.int().positive().optional(),
      defaultMessageTimeToLive: duration.optional(),
      deadLetteringOnMessageExpiration: z.boolean().optional(),
      maxMessageSizeInKilobytes: z.int().positive().optional(),
      maxSizeInMegabytes: z.int().positive().optional(),
      requiresSession: z.boolean().optional(),
      requiresDuplicateDetection: z.boolean().optional(),
      duplicateDetectionHistoryTimeWindow: duration.optional(),
      forwardTo: z.string().toLowerCase().optional(),
      forwardDeadLetteredMessagesTo: z.string().toLowerCase().optional(),
    })
    .default({}),
});

export type Wanted = z.output<typeof queueBody>["properties"];

const maxLockMilliseconds = 5 * 60_000;
const minDuplicateWindow = 20_000;
const maxDuplicateWindow = 7 * 24 * 3_600_000;

/** The sizes of a message that a Premium queue can be set to; the smallest is the default. */
const premiumKilobytes = { least: 1024, most: 102_400 } as const;

/** The settings that a request leads to; throws BadRequest for what a queue of this tier cannot be. */
export function queueSettings(
  namespace: Pick<Namespace, "name" | "tier">,
  wanted: Wanted,
  existing: QueueSettings | undefined,
): QueueSettings {
  const { tier } = namespace;
  const maxMessageBytes = tier === "Premium" ? premiumKilobytes.least * 1024 : defaultQueueSettings.maxMessageBytes;
  const before = existing ?? { ...defaultQueueSettings, maxMessageBytes };
  if (tier === "Premium") checkPremiumSize(namespace.name, wanted.maxMessageSizeInKilobytes);
  const settings: QueueSettings = {
    status: wanted.status ?? before.status,
    lockDuration: wanted.lockDuration ?? before.lockDuration,
    maxDeliveryCount: wanted.maxDeliveryCount ?? before.maxDeliveryCount,
    defaultTimeToLive: timeToLive(wanted.defaultMessageTimeToLive, before.defaultTimeToLive),
    deadLetterOnExpiration: wanted.deadLetteringOnMessageExpiration ?? before.deadLetterOnExpiration,
    maxMessageBytes: (wanted.maxMessageSizeInKilobytes ?? before.maxMessageBytes / 1024) * 1024,
    maxSizeBytes: (wanted.maxSizeInMegabytes ?? before.maxSizeBytes / 1024 ** 2) * 1024 ** 2,
    requiresSession: wanted.requiresSession ?? before.requiresSession,
    requiresDuplicateDetection: wanted.requiresDuplicateDetection ?? before.requiresDuplicateDetection,
    duplicateDetectionWindow: wanted.duplicateDetectionHistoryTimeWindow ?? before.duplicateDetectionWindow,
    forwardTo: forwardTarget(wanted.forwardTo, before.forwardTo),
    forwardDeadLettersTo: forwardTarget(wanted.forwardDeadLetteredMessagesTo, before.forwardDeadLettersTo),
  };
  check(tier, settings, existing);
  return settings;
}

/** In Azure's words (recording test_mgmt_queue_premium_create_with_queue_description of Azure/azure-sdk-for-python). */
function checkPremiumSize(namespace: string, kilobytes: number | undefined) {
  const { least, most } = premiumKilobytes;
  if (kilobytes === undefined || (kilobytes >= least && kilobytes <= most)) return;
  const name = "MaxMessageSizeInKilobytes";
  throw new ArmError(
    400,
    "BadRequest",
    `SubCode=40000. The property value for '${name}' must be between ${least} and ${most} when the namespace '${namespace}' is using 'Premium' tier.\r\nParameter name: ${name}\r\nActual value was ${kilobytes}.`,
  );
}

/** An empty text takes the forwarding away. */
const forwardTarget = (wanted: string | undefined, before: string | undefined) => (wanted ?? before) || undefined;

const timeToLive = (wanted: number | undefined, before: number | undefined) => {
  if (wanted === undefined) return before;
  return wanted === Number.POSITIVE_INFINITY ? undefined : wanted;
};

function check(tier: Namespace["tier"], settings: QueueSettings, existing: QueueSettings | undefined): void {
  const window = settings.duplicateDetectionWindow ?? minDuplicateWindow;
  if (window < minDuplicateWindow || window > maxDuplicateWindow)
    throw badRequest("duplicateDetectionHistoryTimeWindow is not between 20 seconds and 7 days");
  if (tier === "Basic" && (settings.forwardTo || settings.forwardDeadLettersTo))
    throw badRequest("the Basic tier does not forward");
  if (settings.lockDuration > maxLockMilliseconds) throw badRequest("lockDuration is longer than five minutes");
  if (tier === "Basic" && (settings.requiresSession || settings.requiresDuplicateDetection))
    throw badRequest("the Basic tier has neither sessions nor duplicate detection");
  if (tier !== "Premium" && settings.maxMessageBytes > defaultQueueSettings.maxMessageBytes)
    throw badRequest("only the Premium tier takes messages larger than 256 KB");
  if (existing === undefined) return;
  if (
    settings.requiresSession !== existing.requiresSession ||
    settings.requiresDuplicateDetection !== existing.requiresDuplicateDetection
  )
    throw badRequest("requiresSession and requiresDuplicateDetection cannot change after a queue is created");
}

const badRequest = (reason: string) => new ArmError(400, "BadRequest", `SubCode=40000. Bad Request: ${reason}.`);
