export {
  type CommandRecord,
  type CommandState,
  findAuditedCommand,
  findCommand,
} from "../send/find-command.ts";
