export { type RemovalOptions, type RemovalRecord, removeDeadLetters } from "../dead-letters/remove-dead-letters.ts";
export { createCopySender, isExpired } from "../dead-letters/send-copies.ts";
export { type DeadLetterQueue, type MessageSelection, type SurveyedMessage, selectIn } from "../dead-letters/survey.ts";
export { type DeadLetterLine, deadLetterLine } from "../domain/dead-letter-record.ts";
