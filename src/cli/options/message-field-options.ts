import { parseProperty } from "../../lib/domain/message-property.ts";
import { group } from "../command/define-option.ts";
import { parseTimeToLive } from "./times.ts";

/** The fields of a message that the command line sets. */
export const messageFieldOptions = group("Properties:", {
  messageId: {
    flags: "--message-id <id>",
    description: "message id (default: a new id); use the same id to retry a send safely",
    sensitive: false,
  },
  correlationId: { flags: "--correlation-id <id>", description: "correlation id", sensitive: false },
  subject: { flags: "--subject <text>", description: "subject" },
  contentType: {
    flags: "--content-type <type>",
    description: "content type (default: application/json for a JSON body, otherwise text/plain)",
    sensitive: false,
  },
  sessionId: {
    flags: "--session-id <id>",
    description: "session id, for a queue with sessions",
    sensitive: false,
  },
  replyToSessionId: {
    flags: "--reply-to-session-id <id>",
    description: "session for the status",
    sensitive: false,
  },
  timeToLive: {
    flags: "--time-to-live <duration>",
    description: "how long the queue keeps the message, 1ms to 10675199d; at most as long as the queue allows",
    parse: parseTimeToLive,
  },
  property: {
    flags: "-p, --property <name[:type]=value>",
    description: "application property; types: string, bool, int, long, double, datetime, binary, uuid, …",
    parse: parseProperty,
    repeatable: true,
    sensitive: true,
  },
});
