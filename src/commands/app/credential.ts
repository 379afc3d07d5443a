import { Command } from "@commander-js/extra-typings";
import type { Run } from "../../lib/cli/run.ts";
import { addCommand } from "./credential/add.ts";
import { listCommand } from "./credential/list.ts";
import { removeCommand } from "./credential/remove.ts";
import { rotateCommand } from "./credential/rotate.ts";

export const credentialCommand = (run: Run) =>
  new Command("credential")
    .summary("what proves the app")
    .description("What proves the app to Entra: trust in another issuer, certificates, and secrets at last.")
    .addCommand(listCommand(run))
    .addCommand(addCommand(run))
    .addCommand(removeCommand(run))
    .addCommand(rotateCommand(run));
