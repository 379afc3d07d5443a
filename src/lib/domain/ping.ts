import type { Incoming, Outgoing } from "./message.ts";

/** The subject of a command that requests only its status. A customer's own worker can answer it in the same way. */
const subject = "xtenant.ping";

/** The status of a ping is useful for a short time only. */
export const pingStatusMilliseconds = 60_000;

/** A ping expires when it is not read in time. It has a session, for queues that require one. */
export const ping = (messageId: string, timeToLive: number): Outgoing => ({
  messageId,
  subject,
  sessionId: messageId,
  contentType: "text/plain",
  timeToLive,
  body: Buffer.from("ping"),
});

export const isPing = (command: Pick<Incoming, "subject">): boolean => command.subject === subject;
