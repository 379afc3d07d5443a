import { Command } from "@commander-js/extra-typings";
import type { Context } from "../../../cli/context.ts";
import { withExamples } from "../../../cli/help/command-help.ts";
import type { Run, View } from "../../../cli/run-command.ts";
import { confirm } from "../../../cli/terminal/prompts.ts";
import {
  type CredentialRecord,
  credentialRecord,
  readCurrentFingerprint,
} from "../../../lib/app-registration/credential-record.ts";
import { findProviderApp } from "../../../lib/app-registration/provider-app.ts";
import type { AppCredential, AppRegistration } from "../../../lib/domain/app-registration.ts";
import { plainLine } from "../../../lib/domain/plain-text.ts";
import { Failure } from "../../../lib/errors/failure.ts";

type Options = { readonly yes?: true; readonly force?: true };
type Removed = CredentialRecord & { readonly outcome: "removed" };

/** Takes one credential from the app, in every tenant at once; the one that the config uses only by force. */
export async function remove(context: Context, named: string, { yes, force }: Options): Promise<Removed> {
  const { registrations, app } = await findProviderApp(context);
  const credential = findCredential(app, named);
  const record = credentialRecord(credential, await readCurrentFingerprint(context), new Date());
  if (record.inUse !== false && !force) throw inUse(record);
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
    only ? "conflict" : "notFound",
    only ? `${found.length} credentials are named '${named}'` : `the app has no credential '${named}'`,
    {
      code: only ? "CredentialAmbiguous" : "CredentialNotFound",
      hint: "name it by its id: xtenant app credential list",
    },
  );
}

const inUse = ({ name, inUse: known }: CredentialRecord) =>
  new Failure(
    "conflict",
    known
      ? `the config uses the credential '${name}': without it no Customer can be reached`
      : `cannot tell from here whether the config uses the credential '${name}'`,
    { code: "CredentialInUse", hint: "xtenant app credential rotate, or --force if you are sure" },
  );

export const view: View<Removed> = ({ kind, name, id }, { green }) =>
  `${green("removed")} the ${kind} ${plainLine(name)} (${id})`;

export const removeCommand = (run: Run) =>
  new Command("remove")
    .summary("take one away")
    .description("Take a credential from the app. Refuses the one that the config uses.")
    .argument("<id or name>", "from `xtenant app credential list`")
    .option("-y, --yes", "do not ask for confirmation")
    .option("--force", "even the one that the config uses")
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant app credential remove workload-identity --yes", what: "by its name, without a question" },
          {
            line: "xtenant app credential remove managed-identity --yes || echo refused",
            what: "the one that the config uses is refused",
          },
        ],
        seeAlso: ["app credential list"],
      }),
    )
    .action((named, options) => run(remove, view)(named, options));
