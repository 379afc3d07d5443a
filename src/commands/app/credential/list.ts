import { Command } from "@commander-js/extra-typings";
import type { Context } from "../../../cli/context.ts";
import { withExamples } from "../../../cli/help/command-help.ts";
import type { Run } from "../../../cli/run-command.ts";
import { credentialView } from "../../../cli/views/credential-view.ts";
import {
  type CredentialRecord,
  credentialRecord,
  readCurrentFingerprint,
} from "../../../lib/app-registration/credential-record.ts";
import { findProviderApp } from "../../../lib/app-registration/provider-app.ts";

/** All that proves the app, with the days left, and which one the config uses. */
export async function* list(context: Context): AsyncGenerator<CredentialRecord> {
  const [{ app }, proof] = await Promise.all([findProviderApp(context), readCurrentFingerprint(context)]);
  const now = new Date();
  for (const credential of app.credentials) yield credentialRecord(credential, proof, now);
}

export const listCommand = (run: Run) =>
  new Command("list")
    .summary("list all of them")
    .description("List what proves the app, with the days left, and which one the config uses.")
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant app credential list", what: "for a person" },
          { line: "xtenant app credential list --json", what: "a line each, with the days left" },
        ],
        seeAlso: ["app credential rotate", "verify"],
      }),
    )
    .action(() => run(list, credentialView)());
