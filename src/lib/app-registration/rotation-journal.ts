import { unlink } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { z } from "zod";
import { readTextFile } from "../config/files/read-file.ts";
import { writeFileAtomically } from "../config/files/write-file-atomically.ts";
import { Failure } from "../errors/failure.ts";
import type { CredentialFile } from "./credential-file.ts";

/** The plan of a rotation, beside the config until the rotation is complete. It names the place of the secret, never the secret. */
export type Rotation = {
  readonly to: CredentialFile;
  /** The credentials of the registration that the rotation replaces; empty when they could not be determined. */
  readonly from: readonly { readonly id: string; readonly name: string }[];
};

const journalSchema = z.strictObject({
  clientId: z.string(),
  to: z.strictObject({
    kind: z.enum(["certificate", "secret"]),
    name: z.string(),
    file: z.string(),
    endsAt: z.iso.datetime(),
  }),
  from: z.array(z.strictObject({ id: z.string(), name: z.string() })),
});

/** The journal is beside the config and has its name. */
const journalFile = (configFile: string): string => `${configFile}.rotation`;

/** The rotation that an earlier run started for this app. Throws Failure "conflict" when it was for another app. */
export async function readJournal(configFile: string, clientId: string): Promise<Rotation | undefined> {
  const file = journalFile(configFile);
  const text = await readTextFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw unreadable(file, error);
  });
  if (text === undefined) return undefined;
  const journal = parsed(file, text);
  if (journal.clientId !== clientId)
    throw new Failure(
      "RotationOfAnotherApp",
      `${file} belongs to a rotation of app ${journal.clientId}, and the config names ${clientId}`,
      { params: { file } },
    );
  const { to, from } = journal;
  return { to: { ...to, file: resolve(dirname(configFile), to.file), endsAt: new Date(to.endsAt) }, from };
}

export async function writeJournal(configFile: string, clientId: string, { to, from }: Rotation): Promise<void> {
  const path = relative(dirname(configFile), to.file);
  const journal = { clientId, to: { ...to, file: path, endsAt: to.endsAt.toISOString() }, from };
  await writeFileAtomically(journalFile(configFile), `${JSON.stringify(journal, undefined, 2)}\n`, 0o600);
}

export const removeJournal = (configFile: string): Promise<void> => unlink(journalFile(configFile));

function parsed(file: string, text: string): z.output<typeof journalSchema> {
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

const unreadable = (file: string, cause: unknown) =>
  new Failure("RotationUnreadable", `cannot read the journal of an earlier rotation: ${file}`, {
    params: { file },
    cause,
  });
