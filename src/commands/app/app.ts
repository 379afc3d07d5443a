import { Command } from "@commander-js/extra-typings";
import { withExamples } from "../../cli/help/command-help.ts";
import type { Run } from "../../cli/run-command.ts";
import { createCommand } from "./create.ts";
import { credentialCommand } from "./credential.ts";
import { showCommand } from "./show.ts";

export const appCommand = (run: Run) =>
  new Command("app")
    .description("The Provider's one multi-tenant app registration, as the Provider's administrator.")
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant app create", what: "register it, or find it registered" },
          { line: "xtenant app show", what: "how it is registered, and what is not as wanted" },
        ],
        seeAlso: ["app credential", "onboard"],
      }),
    )
    .addCommand(createCommand(run))
    .addCommand(showCommand(run))
    .addCommand(credentialCommand(run));
