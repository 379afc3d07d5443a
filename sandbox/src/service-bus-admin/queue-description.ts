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
/** A queue as its name, or as the address of it in the same namespace, which is how clients write it. */
const target = z
  .string()
  .transform((text) => (URL.canParse(text) ? new URL(text).pathname.slice(1) : text))
  .optional();

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
          ForwardTo: target,
          ForwardDeadLetteredMessagesTo: target,
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
  const settings = Object.entries(parsed.data.entry.content.QueueDescription).map(
    ([name, value]) => [name.replace(/^./, (letter) => letter.toLowerCase()), value] as const,
  );
  const wanted = queueBody.safeParse({ properties: Object.fromEntries(settings) });
  if (wanted.success) return wanted.data.properties;
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

/** A queue and what it holds, in the order of elements that Service Bus has. */
export function describe({ name, settings, createdAt }: Queue, { host }: Namespace, counts: QueueCounts) {
  const address = (queue: string | undefined) => (queue === undefined ? undefined : `https://${host}/${queue}`);
  const instant = createdAt.toISOString();
  const description = {
    LockDuration: formatDuration(settings.lockDuration),
    MaxSizeInMegabytes: settings.maxSizeBytes / 1024 ** 2,
    RequiresDuplicateDetection: settings.requiresDuplicateDetection,
    RequiresSession: settings.requiresSession,
    DefaultMessageTimeToLive: formatDuration(settings.defaultTimeToLive),
    DeadLetteringOnMessageExpiration: settings.deadLetterOnExpiration,
    DuplicateDetectionHistoryTimeWindow: formatDuration(settings.duplicateDetectionWindow ?? defaultDuplicateWindow),
    MaxDeliveryCount: settings.maxDeliveryCount,
    EnableBatchedOperations: true,
    SizeInBytes: counts.sizeBytes,
    MessageCount: messageCount(counts),
    Status: settings.status,
    ForwardTo: address(settings.forwardTo),
    CreatedAt: instant,
    UpdatedAt: instant,
    AccessedAt: instant,
    CountDetails: {
      "@_xmlns:d2p1": "http://schemas.microsoft.com/netservices/2011/06/servicebus",
      "d2p1:ActiveMessageCount": counts.active,
      "d2p1:DeadLetterMessageCount": counts.deadLetter,
      "d2p1:ScheduledMessageCount": counts.scheduled,
      "d2p1:TransferMessageCount": 0,
      "d2p1:TransferDeadLetterMessageCount": counts.transferDeadLetter,
    },
    AutoDeleteOnIdle: formatDuration(undefined),
    EnablePartitioning: false,
    EntityAvailabilityStatus: "Available",
    EnableExpress: false,
    ForwardDeadLetteredMessagesTo: address(settings.forwardDeadLettersTo),
    MaxMessageSizeInKilobytes: settings.maxMessageBytes / 1024,
  };
  return { name, QueueDescription: { ...connect, ...withoutGaps(description) } };
}

/** The namespace of the elements that describe entities. */
export const connect = {
  "@_xmlns": "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect",
  "@_xmlns:i": "http://www.w3.org/2001/XMLSchema-instance",
};

const withoutGaps = (elements: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(elements).filter(([, value]) => value !== undefined));
