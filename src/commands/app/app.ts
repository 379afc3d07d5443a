import { Command } from "@commander-js/extra-typings";
import type { Run } from "../../lib/cli/run.ts";
import { createCommand } from "./create.ts";
import { credentialCommand } from "./credential.ts";
import { showCommand } from "./show.ts";

export const appCommand = (run: Run) =>
  new Command("app")
    .description("The Provider's one multi-tenant app registration, as the Provider's administrator.")
    .addCommand(createCommand(run))
    .addCommand(showCommand(run))
    .addCommand(credentialCommand(run));
