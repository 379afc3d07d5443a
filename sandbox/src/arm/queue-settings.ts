import { z } from "zod";
import { defaultQueueSettings, type KeptSettings, type Namespace, type QueueSettings } from "../model.ts";
import { refusalText, valueRefusalText } from "../refusal-text.ts";
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
      autoDeleteOnIdle: duration.optional(),
      enableBatchedOperations: z.boolean().optional(),
      enablePartitioning: z.boolean().optional(),
      enableExpress: z.boolean().optional(),
    })
    .default({}),
});

/** What a request asks for. The administration API also has texts that are shown as they were given. */
export type Wanted = z.output<typeof queueBody>["properties"] & {
  readonly given?: Pick<KeptSettings, "forwardTo" | "forwardDeadLettersTo" | "userMetadata">;
};

const maxLockMilliseconds = 5 * 60_000;
const minIdleMilliseconds = 5 * 60_000;
const minDuplicateWindow = 20_000;
const maxDuplicateWindow = 7 * 24 * 3_600_000;

/** The sizes of a message that a Premium queue can be set to; the smallest is the default. */
const premiumKilobytes = { least: 1024, most: 102_400 } as const;

/** The sizes that a queue can be set to, in megabytes (Service Bus Resource Manager exceptions; the Azure CLI for Premium). */
const sizes = [1024, 2048, 3072, 4096, 5120];
const premiumSizes = [...sizes, 10_240, 20_480, 40_960, 81_920];

/** The longest time to live in a queue of the Basic tier, which is also the default there (Azure/azure-service-bus#306). */
const basicTimeToLive = 14 * 24 * 3_600_000;

type Place = Pick<Namespace, "name" | "tier" | "host"> & { readonly queues: ReadonlyMap<string, unknown> };

/** The settings that a request leads to; throws BadRequest for what a queue of this tier cannot be. */
export function queueSettings(namespace: Place, wanted: Wanted, existing: QueueSettings | undefined): QueueSettings {
  const { tier } = namespace;
  const before = existing ?? defaultsOf(tier);
  if (tier === "Premium") checkPremiumSize(namespace.name, wanted.maxMessageSizeInKilobytes);
  checkWanted(namespace, wanted, existing);
  const settings: QueueSettings = {
    status: wanted.status ?? before.status,
    lockDuration: wanted.lockDuration ?? before.lockDuration,
    maxDeliveryCount: wanted.maxDeliveryCount ?? before.maxDeliveryCount,
    defaultTimeToLive: timeToLive(wanted.defaultMessageTimeToLive, before.defaultTimeToLive),
    deadLetterOnExpiration: wanted.deadLetteringOnMessageExpiration ?? before.deadLetterOnExpiration,
    maxMessageBytes: (wanted.maxMessageSizeInKilobytes ?? before.maxMessageBytes / 1024) * 1024,
    maxSizeBytes: maxSize(tier, wanted, before, existing),
    requiresSession: wanted.requiresSession ?? before.requiresSession,
    requiresDuplicateDetection: wanted.requiresDuplicateDetection ?? before.requiresDuplicateDetection,
    duplicateDetectionWindow: wanted.duplicateDetectionHistoryTimeWindow ?? before.duplicateDetectionWindow,
    forwardTo: forwardTarget(wanted.forwardTo, before.forwardTo),
    forwardDeadLettersTo: forwardTarget(wanted.forwardDeadLetteredMessagesTo, before.forwardDeadLettersTo),
    kept: keptSettings(wanted, before.kept),
  };
  check(namespace, settings, existing);
  return settings;
}

const defaultsOf = (tier: Namespace["tier"]): QueueSettings => ({
  ...defaultQueueSettings,
  ...(tier === "Premium" ? { maxMessageBytes: premiumKilobytes.least * 1024 } : {}),
  ...(tier === "Basic" ? { defaultTimeToLive: basicTimeToLive } : {}),
});

/** Throws BadRequest for a value that the service does not take, whatever the queue was before. */
function checkWanted(namespace: Place, wanted: Wanted, existing: QueueSettings | undefined): void {
  const { name, tier, host, queues } = namespace;
  const badRequest = (subCode: number, reason: string) =>
    new ArmError(400, "BadRequest", refusalText(subCode, reason, host));
  const { maxSizeInMegabytes: size, autoDeleteOnIdle: idle, defaultMessageTimeToLive: life } = wanted;
  const allowed = tier === "Premium" ? premiumSizes : sizes;
  const isKept = existing !== undefined && size !== undefined && size * 1024 ** 2 === existing.maxSizeBytes;
  if (size !== undefined && !isKept && !allowed.includes(size))
    throw badRequest(
      40000,
      `The specified value ${size} is invalid. The property 'MaxSizeInMegabytes', must be one of the following values: ${allowed.join(";")}.`,
    );
  for (const property of tier === "Basic" ? beyondBasic(wanted) : [])
    throw badRequest(
      40000,
      `The property '${property}' cannot be set when creating a Queue because the namespace '${name}' is using the 'Basic' Tier. This operation is only supported in 'Standard' or 'Premium' tier.`,
    );
  if (tier === "Basic" && life !== undefined && (life < 1000 || life > basicTimeToLive))
    throw badRequest(
      40000,
      `The property value for 'DefaultMessageTimeToLive' must be between 00:00:01 and ${timeSpan(basicTimeToLive)} when the namespace '${name}' is using 'Basic' tier.`,
    );
  if (idle !== undefined && idle < minIdleMilliseconds)
    throw badRequest(
      40000,
      `The value for the AutoDeleteOnIdle property must be at least ${timeSpan(minIdleMilliseconds)}.`,
    );
  for (const target of [wanted.forwardTo, wanted.forwardDeadLetteredMessagesTo])
    if (target && !queues.has(target))
      throw badRequest(40400, "The auto forwarding destination entity does not exist.");
}

/** What a request asks for that queues of the Basic tier do not have. */
const beyondBasic = (wanted: Wanted): readonly string[] =>
  [
    ["RequiresSession", wanted.requiresSession],
    ["RequiresDuplicateDetection", wanted.requiresDuplicateDetection],
    ["ForwardTo", wanted.forwardTo],
    ["ForwardDeadLetteredMessagesTo", wanted.forwardDeadLetteredMessagesTo],
    ["AutoDeleteOnIdle", Number.isFinite(wanted.autoDeleteOnIdle)],
  ].flatMap(([name, isWanted]) => (isWanted ? [String(name)] : []));

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

/** The parts of a partitioned queue. */
const partitions = 16;

/** A queue that is created with partitions has the size that was asked for in each of them. */
function maxSize(
  tier: Namespace["tier"],
  { maxSizeInMegabytes, enablePartitioning }: Wanted,
  { maxSizeBytes }: QueueSettings,
  existing: QueueSettings | undefined,
): number {
  const size = maxSizeInMegabytes === undefined ? maxSizeBytes : maxSizeInMegabytes * 1024 ** 2;
  return size * (existing === undefined && enablePartitioning === true && tier !== "Premium" ? partitions : 1);
}

function keptSettings(wanted: Wanted, before: KeptSettings = {}): KeptSettings {
  const { autoDeleteOnIdle, enableBatchedOperations, enablePartitioning, enableExpress, given = {} } = wanted;
  const isForwarded = wanted.forwardTo !== undefined;
  const isDeadLetterForwarded = wanted.forwardDeadLetteredMessagesTo !== undefined;
  return definedOnly({
    forwardTo: (isForwarded ? given.forwardTo : before.forwardTo) || undefined,
    forwardDeadLettersTo:
      (isDeadLetterForwarded ? given.forwardDeadLettersTo : before.forwardDeadLettersTo) || undefined,
    autoDeleteOnIdle: timeToLive(autoDeleteOnIdle, before.autoDeleteOnIdle),
    enableBatchedOperations: enableBatchedOperations ?? before.enableBatchedOperations,
    enablePartitioning: before.enablePartitioning ?? enablePartitioning,
    enableExpress: enableExpress ?? before.enableExpress,
    userMetadata: given.userMetadata ?? before.userMetadata,
  });
}

const definedOnly = <Values extends object>(values: Values) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Values]?: Exclude<Values[Name], undefined>;
  };

/** An empty text takes the forwarding away. */
const forwardTarget = (wanted: string | undefined, before: string | undefined) => (wanted ?? before) || undefined;

const timeToLive = (wanted: number | undefined, before: number | undefined) => {
  if (wanted === undefined) return before;
  return wanted === Number.POSITIVE_INFINITY ? undefined : wanted;
};

function check({ tier, host }: Place, settings: QueueSettings, existing: QueueSettings | undefined): void {
  const badRequest = (reason: string) => new ArmError(400, "BadRequest", refusalText(40000, reason, host));
  const window = settings.duplicateDetectionWindow ?? minDuplicateWindow;
  if (window < minDuplicateWindow || window > maxDuplicateWindow)
    throw badRequest("Bad Request: duplicateDetectionHistoryTimeWindow is not between 20 seconds and 7 days.");
  if (settings.lockDuration > maxLockMilliseconds) throw tooLongLock(settings.lockDuration, host);
  // outside Premium the size of a message is not a setting (MicrosoftDocs/azure-docs#104074)
  if (tier !== "Premium" && settings.maxMessageBytes !== (existing ?? defaultQueueSettings).maxMessageBytes)
    throw badRequest("Bad Request.");
  for (const [name, property] of fixedProperties)
    if (existing !== undefined && settings[property] !== existing[property])
      throw badRequest(`The value for the ${name} property of an existing Queue cannot be changed.`);
}

const fixedProperties = [
  ["RequiresSession", "requiresSession"],
  ["RequiresDuplicateDetection", "requiresDuplicateDetection"],
] as const;

const tooLongLock = (milliseconds: number, host: string) =>
  new ArmError(
    400,
    "BadRequest",
    valueRefusalText(
      "The supplied lock time exceeds the allowed maximum of '5' minutes.",
      "LockDuration",
      timeSpan(milliseconds),
      host,
    ),
  );

/** A duration as .NET writes it: `25.00:00:00`. */
function timeSpan(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const days = Math.floor(seconds / 86_400);
  const time = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  return `${days === 0 ? "" : `${days}.`}${time.map((part) => String(part).padStart(2, "0")).join(":")}`;
}
