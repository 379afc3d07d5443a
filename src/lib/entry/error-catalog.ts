export { type CodeSource, catalogEntry, failureCodes, findCode, sourceOf } from "../errors/catalog/catalog.ts";
export { type DeadLetterReason, deadLetterReasons, findDeadLetterReason } from "../errors/dead-letter-reasons.ts";
export { codeOfServiceText } from "../errors/service-bus-texts.ts";
