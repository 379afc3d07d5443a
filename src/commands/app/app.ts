import { defineCommandGroup } from "../../cli/command/define-command.ts";
import { createCommand } from "./create.ts";
import { credentialCommand } from "./credential.ts";
import { showCommand } from "./show.ts";

export const appCommand = defineCommandGroup({
  name: "app",
  description: "Manage the provider's multi-tenant app registration, as the provider's administrator.",
  subcommands: [createCommand, showCommand, credentialCommand],
  examples: [
    { line: "xtenant app create", what: "register the app, or find it" },
    { line: "xtenant app show", what: "show the registration and how it differs from what is needed" },
  ],
  seeAlso: ["app credential", "onboard"],
});
