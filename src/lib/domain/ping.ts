import type { Incoming, Outgoing } from "./message.ts";

/** The subject of a command that asks for nothing but its status. A Customer's own worker may answer it in the same way. */
const subject = "xtenant.ping";

/** Its status is of no use to anybody later. */
export const pingStatusMilliseconds = 60_000;

/** Vanishes by itself when nobody reads it in time. It has a session for queues that require one. */
export const ping = (messageId: string, timeToLive: number): Outgoing => ({
  messageId,
  subject,
  sessionId: messageId,
  contentType: "text/plain",
  timeToLive,
  body: Buffer.from("ping"),
});

export const isPing = (command: Pick<Incoming, "subject">): boolean => command.subject === subject;
