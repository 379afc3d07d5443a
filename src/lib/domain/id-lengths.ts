import { Failure } from "../errors/failure.ts";
import type { Outgoing } from "./message.ts";
import { longestId } from "./message-limits.ts";

/** A correlation id has no limit of its own. */
const limitedIds = ["messageId", "sessionId", "partitionKey", "replyToSessionId"] as const;

/** Throws Failure "usage" for an id that Service Bus does not accept. */
export function requireIdLengths(message: Partial<Pick<Outgoing, (typeof limitedIds)[number]>>): void {
  for (const name of limitedIds) {
    const length = message[name]?.length ?? 0;
    if (length > longestId)
      throw new Failure("IdTooLong", `${name} has ${length} characters; Service Bus accepts at most ${longestId}`);
  }
}
