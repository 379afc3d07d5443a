import { defineCommandGroup } from "../../cli/command/define-command.ts";
import { addCommand } from "./credential/add.ts";
import { listCommand } from "./credential/list.ts";
import { removeCommand } from "./credential/remove.ts";
import { rotateCommand } from "./credential/rotate.ts";

export const credentialCommand = defineCommandGroup({
  name: "credential",
  summary: "manage the credentials of the app",
  description: "Manage the credentials of the app: federated credentials, certificates and secrets.",
  subcommands: [listCommand, addCommand, removeCommand, rotateCommand],
  examples: [
    { line: "xtenant app credential list", what: "list the credentials with their expiry" },
    {
      line: "xtenant app credential add --certificate --use",
      what: "create a certificate and use it in the config",
    },
  ],
  seeAlso: ["app credential rotate"],
});
