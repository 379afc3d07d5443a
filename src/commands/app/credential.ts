import { Command } from "@commander-js/extra-typings";
import { withExamples } from "../../cli/help/command-help.ts";
import type { Run } from "../../cli/run-command.ts";
import { addCommand } from "./credential/add.ts";
import { listCommand } from "./credential/list.ts";
import { removeCommand } from "./credential/remove.ts";
import { rotateCommand } from "./credential/rotate.ts";

export const credentialCommand = (run: Run) =>
  new Command("credential")
    .summary("what proves the app")
    .description("What proves the app to Entra: trust in another issuer, certificates, and secrets at last.")
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant app credential list", what: "what proves the app, and until when" },
          {
            line: "xtenant app credential add --certificate --use",
            what: "a certificate that the config uses from now on",
          },
        ],
        seeAlso: ["app credential rotate"],
      }),
    )
    .addCommand(listCommand(run))
    .addCommand(addCommand(run))
    .addCommand(removeCommand(run))
    .addCommand(rotateCommand(run));
