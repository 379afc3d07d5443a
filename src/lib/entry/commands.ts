export {
  type FieldAssignment,
  fieldNames,
  type JsonSchema,
  type SavedCommand,
} from "../domain/saved-command.ts";
export {
  type CommandRecord,
  type CommandState,
  findAuditedCommand,
  findCommand,
} from "../send/find-command.ts";
