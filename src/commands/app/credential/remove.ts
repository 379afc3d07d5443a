import { defineCommand } from "../../../cli/command/define-command.ts";
import type { Context } from "../../../cli/context.ts";
import type { View } from "../../../cli/run-command.ts";
import { confirm } from "../../../cli/terminal/prompts.ts";
import { Failure } from "../../../lib/entry/errors.ts";
import {
  type AppCredential,
  type AppRegistration,
  type CredentialRecord,
  credentialRecord,
  findProviderApp,
  readCurrentFingerprint,
} from "../../../lib/entry/provider-app.ts";
import { plainLine } from "../../../lib/entry/values.ts";

type Options = { readonly yes?: true; readonly force?: true; readonly dryRun?: true };
export type Removed = CredentialRecord & { readonly outcome: "removed" | "would-remove" };

/** Takes one credential from the app, in every tenant at once; the one that the config uses only by force. */
export async function remove(context: Context, named: string, { yes, force, dryRun }: Options): Promise<Removed> {
  const { registrations, app } = await findProviderApp(context);
  const credential = findCredential(app, named);
  const record = credentialRecord(credential, await readCurrentFingerprint(context), new Date());
  if (record.inUse !== false && !force) throw inUse(record);
  if (dryRun) return { ...record, outcome: "would-remove" };
  if (!yes)
    await confirm(context.terminal, "--yes", `Remove the ${record.kind} ${plainLine(record.name)} (${record.id})?`);
  await registrations.removeCredential(app, credential);
  return { ...record, outcome: "removed" };
}

function findCredential({ credentials }: AppRegistration, named: string): AppCredential {
  const found = credentials.filter(({ id, name }) => id === named.toLowerCase() || name === named);
  const [only] = found;
  if (found.length === 1 && only) return only;
  throw new Failure(
    only ? "CredentialAmbiguous" : "CredentialNotFound",
    only ? `${found.length} credentials are named '${named}'` : `the app has no credential '${named}'`,
    { params: { name: named } },
  );
}

const inUse = ({ name, inUse: known }: CredentialRecord) =>
  new Failure(
    "CredentialInUse",
    known
      ? `the config uses the credential '${name}': without it the app cannot reach any customer`
      : `it is unknown whether the config uses the credential '${name}'`,
    { params: { name } },
  );

export const view: View<Removed> = ({ outcome, kind, name, id }, { green, yellow }) =>
  `${outcome === "removed" ? green(outcome) : yellow("would remove")} the ${kind} ${plainLine(name)} (${id})`;

export const removeCommand = defineCommand({
  name: "remove",
  aliases: ["rm"],
  summary: "remove a credential",
  description: "Remove a credential from the app. The credential that the config uses is refused.",
  arguments: {
    named: {
      placeholder: "id or name",
      description: "id or name from `xtenant app credential list`",
      sensitive: false,
    },
  },
  options: {
    dryRun: { flags: "--dry-run", description: "show what would be removed, and remove nothing" },
    yes: { flags: "-y, --yes", description: "do not ask for confirmation" },
    force: { flags: "--force", description: "also remove the credential that the config uses" },
  },
  changes: true,
  run: (context, { named }, options) => remove(context, named, options),
  render: view,
  examples: [
    { line: "xtenant app credential remove workload-identity --yes", what: "remove by name, without confirmation" },
    {
      line: "xtenant app credential remove managed-identity --yes || echo refused",
      what: "the credential that the config uses is refused",
    },
  ],
  seeAlso: ["app credential list"],
});
