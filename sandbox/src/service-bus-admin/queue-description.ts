import { XMLParser } from "fast-xml-parser";
import { z } from "zod";
import { formatDuration } from "../arm/iso-duration.ts";
import { queueBody, type Wanted } from "../arm/queue-settings.ts";
import { defaultDuplicateWindow } from "../arm/service-bus-views.ts";
import type { Namespace, Queue } from "../model.ts";
import { messageCount, type QueueCounts } from "../queue-counts.ts";
import { AtomError } from "./atom-error.ts";

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, removeNSPrefix: true });

const wholeNumber = z.string().regex(/^\d+$/).transform(Number).optional();
const boolean = z
  .enum(["true", "false"])
  .transform((text) => text === "true")
  .optional();
/** A queue that is named by its name, or by its address in the same namespace, which is how clients write it. */
const targetOf = (text: string | undefined) =>
  text !== undefined && URL.canParse(text) ? new URL(text).pathname.slice(1) : text;

/** An entry with the description of a queue, as far as the sandbox acts on it; other elements are passed over. */
const entrySchema = z.object({
  entry: z.object({
    content: z.object({
      QueueDescription: z.preprocess(
        (value) => (value === "" ? {} : value),
        z.object({
          LockDuration: z.string().optional(),
          MaxSizeInMegabytes: wholeNumber,
          RequiresDuplicateDetection: boolean,
          RequiresSession: boolean,
          DefaultMessageTimeToLive: z.string().optional(),
          DeadLetteringOnMessageExpiration: boolean,
          DuplicateDetectionHistoryTimeWindow: z.string().optional(),
          MaxDeliveryCount: wholeNumber,
          Status: z.string().optional(),
          ForwardTo: z.string().optional(),
          ForwardDeadLetteredMessagesTo: z.string().optional(),
          AutoDeleteOnIdle: z.string().optional(),
          EnableBatchedOperations: boolean,
          EnablePartitioning: boolean,
          EnableExpress: boolean,
          UserMetadata: z.string().max(1024).optional(),
          MaxMessageSizeInKilobytes: wholeNumber,
        }),
      ),
    }),
  }),
});

/** The settings that a request body asks for. Throws 400 for what is no description of a queue. */
export function readDescription(body: string): Wanted {
  const parsed = entrySchema.safeParse(parse(body));
  if (!parsed.success) throw new AtomError(400, `SubCode=40000. Bad Request. ${firstProblem(parsed.error)}`);
  const { ForwardTo, ForwardDeadLetteredMessagesTo, UserMetadata, ...others } =
    parsed.data.entry.content.QueueDescription;
  const settings = Object.entries({
    ...others,
    ForwardTo: targetOf(ForwardTo),
    ForwardDeadLetteredMessagesTo: targetOf(ForwardDeadLetteredMessagesTo),
  }).map(([name, value]) => [name.replace(/^./, (letter) => letter.toLowerCase()), value] as const);
  const wanted = queueBody.safeParse({ properties: Object.fromEntries(settings) });
  const given = {
    ...(ForwardTo === undefined ? {} : { forwardTo: ForwardTo }),
    ...(ForwardDeadLetteredMessagesTo === undefined ? {} : { forwardDeadLettersTo: ForwardDeadLetteredMessagesTo }),
    ...(UserMetadata === undefined ? {} : { userMetadata: UserMetadata }),
  };
  if (wanted.success) return { ...wanted.data.properties, given };
  throw new AtomError(400, `SubCode=40000. Bad Request. ${firstProblem(wanted.error)}`);
}

function parse(body: string): unknown {
  try {
    return parser.parse(body, true);
  } catch (error) {
    throw new AtomError(400, `SubCode=40000. Bad Request. ${error instanceof Error ? error.message : ""}`);
  }
}

const firstProblem = ({ issues: [issue] }: z.ZodError) =>
  `${String(issue?.path.at(-1) ?? "entry")}: ${issue?.message ?? ""}`;

/** For a queue that nobody has used; the sandbox does not record when a queue was. */
const neverAccessed = "0001-01-01T00:00:00Z";

/**
 * A queue and what it holds, in the order of elements that Service Bus has. The answer to a change has no counts
 * (recording test_mgmt_queue_list_basic of Azure/azure-sdk-for-python, 2020-09).
 */
export function describe(queue: Queue, { host }: Namespace, counts: QueueCounts, isChange: boolean) {
  const { name, settings, createdAt, updatedAt = createdAt } = queue;
  const { kept = {} } = settings;
  const address = (given: string | undefined, target: string | undefined) =>
    target === undefined ? undefined : (given ?? `https://${host}/${target}`);
  const description = {
    LockDuration: formatDuration(settings.lockDuration),
    MaxSizeInMegabytes: settings.maxSizeBytes / 1024 ** 2,
    RequiresDuplicateDetection: settings.requiresDuplicateDetection,
    RequiresSession: settings.requiresSession,
    DefaultMessageTimeToLive: formatDuration(settings.defaultTimeToLive),
    DeadLetteringOnMessageExpiration: settings.deadLetterOnExpiration,
    DuplicateDetectionHistoryTimeWindow: formatDuration(settings.duplicateDetectionWindow ?? defaultDuplicateWindow),
    MaxDeliveryCount: settings.maxDeliveryCount,
    EnableBatchedOperations: kept.enableBatchedOperations ?? true,
    SizeInBytes: counts.sizeBytes,
    MessageCount: messageCount(counts),
    IsAnonymousAccessible: false,
    AuthorizationRules: "",
    Status: settings.status,
    ForwardTo: address(kept.forwardTo, settings.forwardTo),
    UserMetadata: kept.userMetadata,
    CreatedAt: createdAt.toISOString(),
    UpdatedAt: updatedAt.toISOString(),
    AccessedAt: isChange ? undefined : neverAccessed,
    SupportOrdering: kept.enablePartitioning !== true,
    CountDetails: isChange ? undefined : countDetails(counts),
    AutoDeleteOnIdle: formatDuration(kept.autoDeleteOnIdle),
    EnablePartitioning: kept.enablePartitioning ?? false,
    EntityAvailabilityStatus: "Available",
    EnableExpress: kept.enableExpress ?? false,
    ForwardDeadLetteredMessagesTo: address(kept.forwardDeadLettersTo, settings.forwardDeadLettersTo),
    MaxMessageSizeInKilobytes: settings.maxMessageBytes / 1024,
  };
  return { name, QueueDescription: { ...connect, ...withoutGaps(description) } };
}

const countDetails = (counts: QueueCounts) => ({
  "@_xmlns:d2p1": "http://schemas.microsoft.com/netservices/2011/06/servicebus",
  "d2p1:ActiveMessageCount": counts.active,
  "d2p1:DeadLetterMessageCount": counts.deadLetter,
  "d2p1:ScheduledMessageCount": counts.scheduled,
  "d2p1:TransferMessageCount": 0,
  "d2p1:TransferDeadLetterMessageCount": counts.transferDeadLetter,
});

/** The namespace of the elements that describe entities. */
export const connect = {
  "@_xmlns": "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect",
  "@_xmlns:i": "http://www.w3.org/2001/XMLSchema-instance",
};

const withoutGaps = (elements: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(elements).filter(([, value]) => value !== undefined));
