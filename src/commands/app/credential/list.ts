import { defineCommand } from "../../../cli/command/define-command.ts";
import type { Context } from "../../../cli/context.ts";
import { credentialsRenderer } from "../../../cli/views/credential-view.ts";
import {
  type CredentialRecord,
  credentialRecord,
  findProviderApp,
  readCurrentFingerprint,
} from "../../../lib/entry/provider-app.ts";

/** All that proves the app, with the days left, and which one the config uses. */
export async function* list(context: Context): AsyncGenerator<CredentialRecord> {
  const [{ app }, proof] = await Promise.all([findProviderApp(context), readCurrentFingerprint(context)]);
  const now = new Date();
  for (const credential of app.credentials) yield credentialRecord(credential, proof, now);
}

export const listCommand = defineCommand({
  name: "list",
  aliases: ["ls"],
  summary: "list the credentials",
  description: "List the credentials of the app with the days until they expire, and which one the config uses.",
  createRenderer: credentialsRenderer,
  paged: "top",
  run: list,
  examples: [
    { line: "xtenant app credential list", what: "list all credentials" },
    { line: "xtenant app credential list --json", what: "the same as JSON, one line per credential" },
  ],
  seeAlso: ["app credential rotate", "verify"],
});
