import { type DeadLetterLine, resubmissionOf } from "../domain/dead-letter-record.ts";
import type { Outgoing } from "../domain/message.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import type { Sender } from "../ports/azure-services.ts";
import type { SentCopy } from "./removal.ts";
import type { SurveyedMessage } from "./survey.ts";

type CopyOptions = {
  readonly sameId?: boolean | undefined;
  /** Milliseconds; the copies get it in place of the originals'. */
  readonly timeToLive?: number | undefined;
};

/** Sends the copy of each dead letter. It resolves when the broker has accepted the copy; only then does the dead letter go. */
export async function createCopySender(
  opening: Promise<Sender>,
  { sameId = false, timeToLive }: CopyOptions = {},
): Promise<(line: DeadLetterLine) => Promise<SentCopy>> {
  const sender = await opening;
  const limit = await sender.maxMessageBytes();
  return async (line) => {
    const how = { at: new Date(), ...omitUndefined({ timeToLive }) };
    const copyWith = (marks: boolean, id = sameId) => resubmissionOf(line, { ...how, sameId: id, marks });
    const fits = (copy: Outgoing) => sender.size(copy) <= limit;
    const marked = copyWith(true);
    const unmarked = fits(marked) ? undefined : copyWith(false);
    // Only the original id is sure to fit: the message had it when the queue accepted it.
    const copy = unmarked && !fits(unmarked) ? copyWith(false, true) : (unmarked ?? marked);
    await sender.send(copy);
    return { resubmittedAs: copy.messageId, ...(unmarked ? { marks: "omitted" as const } : {}) };
  };
}

/** The reason that Service Bus gives to a message whose time to live ended (Service Bus dead-letter queues). */
const expiredReason = "TTLExpiredException";

/** Whether a copy with the same time to live can expire again at once. */
export const isExpired = ({ deadLetterReason, timeToLive, expiresAt }: Omit<SurveyedMessage, "state">): boolean =>
  deadLetterReason === expiredReason ||
  (timeToLive !== undefined && expiresAt !== undefined && expiresAt.getTime() <= Date.now());
