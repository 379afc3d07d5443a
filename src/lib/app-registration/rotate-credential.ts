import { unlink } from "node:fs/promises";
import type { Config } from "../config/config.ts";
import { fileExists } from "../config/files/file-exists.ts";
import { Failure } from "../errors/failure.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import {
  type CredentialFile,
  type CredentialFileKind,
  credentialFilePath,
  credentialIn,
  credentialOf,
  expiryAfter,
  newCredentialName,
  registerCertificate,
  withCredential,
  writeCertificate,
  writeSecret,
} from "./credential-file.ts";
import { credentialRecord, readCurrentFingerprint } from "./credential-record.ts";
import { findProviderApp, type ProviderApp } from "./provider-app.ts";
import type { Rotation } from "./rotation-journal.ts";
import {
  type CredentialAccepted,
  type CredentialRefused,
  type CredentialTestSkipped,
  testCredentialEverywhere,
} from "./test-credential.ts";

type About = { readonly kind: CredentialFileKind; readonly name: string };
export type RotationStep =
  | ({ readonly type: "begun" | "continued" } & About & { readonly file: string; readonly replaces: readonly string[] })
  | ({ readonly type: "added" } & About & { readonly outcome: "created" | "existing"; readonly endsAt: string })
  | CredentialAccepted
  | CredentialTestSkipped
  | CredentialRefused
  | ({ readonly type: "switched" } & About & { readonly outcome: "changed" | "existing"; readonly configFile: string })
  | { readonly type: "retired"; readonly id: string; readonly name: string }
  | { readonly type: "kept"; readonly names: readonly string[]; readonly reason: string }
  | ({ readonly type: "abandoned" } & About)
  | { readonly type: "unneeded"; readonly credential: string };

export type RotationPlan = {
  readonly kind: CredentialFileKind;
  readonly days: number;
  /** How long to wait for each tenant to accept the new credential. */
  readonly milliseconds: number;
  readonly keepOld: boolean;
};

/**
 * Adds the new credential, tests it in every tenant, changes the config, and removes the old credential last. A journal beside
 * the config holds the plan until it is complete. To continue a run that was stopped, run the command again.
 */
export async function* rotateCredential(context: UseCaseContext, plan: RotationPlan): AsyncGenerator<RotationStep> {
  const { readJournal, removeJournal } = await import("./rotation-journal.ts");
  const own = await findProviderApp(context);
  const { config } = own;
  const before = await readJournal(config.file, config.provider.clientId);
  if (before && before.to.kind !== plan.kind) throw findRunningRotation(before);
  const rotation = before ?? (await startRotation(context, own, plan));
  const { to, from } = rotation;
  const { kind, name, file, endsAt } = to;
  yield { type: before ? "continued" : "begun", kind, name, file, replaces: from.map((one) => one.name) };
  const outcome = await addNewCredential(own, to);
  yield { type: "added", outcome, kind, name, endsAt: endsAt.toISOString() };
  const isSwitched = usesAlready(config, to);
  if (!isSwitched) {
    yield* testOrStop(context, config, to, plan.milliseconds);
    await context.config.change((document) => withCredential(document, credentialIn(config.file, to)));
  }
  yield { type: "switched", kind, name, outcome: isSwitched ? "existing" : "changed", configFile: config.file };
  yield* retireOldCredential(own, rotation, plan.keepOld);
  await removeJournal(config.file);
}

/** Removes the new credential, if the config does not use it yet. */
export async function* abortRotation(context: UseCaseContext): AsyncGenerator<RotationStep> {
  const { readJournal, removeJournal } = await import("./rotation-journal.ts");
  const { config, registrations, app } = await findProviderApp(context);
  const rotation = await readJournal(config.file, config.provider.clientId);
  if (rotation === undefined) throw new Failure("NoRotation", "no rotation is in progress");
  const { to } = rotation;
  if (usesAlready(config, to))
    throw new Failure("RotationSwitched", `the config uses '${to.name}' already`, { params: { name: to.name } });
  for (const added of app.credentials.filter(({ kind, name }) => kind === to.kind && name === to.name))
    await registrations.removeCredential(app, added);
  if (await fileExists(to.file)) await unlink(to.file);
  await removeJournal(config.file);
  yield { type: "abandoned", kind: to.kind, name: to.name };
}

async function startRotation(
  context: UseCaseContext,
  { config, app }: ProviderApp,
  { kind, days }: RotationPlan,
): Promise<Rotation> {
  const { writeJournal } = await import("./rotation-journal.ts");
  const now = new Date();
  const proof = await readCurrentFingerprint(context);
  const used = app.credentials.filter((one) => credentialRecord(one, proof, now).inUse === true);
  const name = newCredentialName(now);
  const rotation = {
    to: { kind, name, file: credentialFilePath(config.file, kind, name), endsAt: expiryAfter(days, now) },
    // Two secrets have the same beginning, so it is unknown which one the config uses.
    from: used.length === 1 ? used.map((one) => ({ id: one.id, name: one.name })) : [],
  };
  await writeJournal(config.file, config.provider.clientId, rotation);
  return rotation;
}

/** A certificate's file is written first; a secret is registered first. After an interruption, each can be created again. */
async function addNewCredential(
  { registrations, app }: ProviderApp,
  to: CredentialFile,
): Promise<"created" | "existing"> {
  const isThere = await fileExists(to.file);
  if (to.kind === "secret") {
    if (!isThere) await writeSecret(registrations, app, to);
    return isThere ? "existing" : "created";
  }
  if (!isThere) await writeCertificate(to);
  return registerCertificate(registrations, app, to);
}

async function* testOrStop(context: UseCaseContext, config: Config, to: CredentialFile, milliseconds: number) {
  const refusing: string[] = [];
  for await (const step of testCredentialEverywhere(context, config, { credential: credentialOf(to), milliseconds })) {
    if (step.type === "refused") refusing.push(step.whose);
    yield step;
  }
  if (refusing.length > 0)
    throw new Failure("RotationStopped", `refused by ${refusing.join(", ")}: the config still uses the old credential`);
}

async function* retireOldCredential({ registrations, app }: ProviderApp, { from }: Rotation, keepOld: boolean) {
  const names = from.map(({ name }) => name);
  if (keepOld) yield { type: "kept" as const, names, reason: "--keep-old" };
  else if (from.length === 0)
    yield { type: "kept" as const, names, reason: "cannot determine which credential the config used before" };
  else
    for (const { id, name } of from) {
      const old = app.credentials.find((one) => one.id === id);
      if (old) await registrations.removeCredential(app, old);
      yield { type: "retired" as const, id, name };
    }
}

const usesAlready = ({ provider }: Config, { file }: CredentialFile): boolean => {
  const { credential } = provider;
  if (credential?.kind === "certificate") return credential.certificateFile === file;
  return credential?.kind === "secret" && "secretFile" in credential && credential.secretFile === file;
};

const findRunningRotation = ({ to }: Rotation) =>
  new Failure("RotationInProgress", `a rotation to the ${to.kind} '${to.name}' is in progress`, {
    params: { kind: to.kind, name: to.name },
  });
