import { unlink } from "node:fs/promises";
import type { Context } from "../../cli/context.ts";
import type { Config } from "../config/config.ts";
import { exists } from "../config/files/file-exists.ts";
import { Failure } from "../errors/failure.ts";
import {
  credentialIn,
  credentialOf,
  endAfter,
  type Material,
  type MaterialKind,
  materialFile,
  newName,
  registerCertificate,
  withCredential,
  writeCertificate,
  writeSecret,
} from "./credential-file.ts";
import { credentialRecord, proofAtHand } from "./credential-record.ts";
import { type OwnApp, ownApp } from "./provider-app.ts";
import type { Rotation } from "./rotation-journal.ts";
import { type Proven, provenEverywhere, type Refused, type Skipped } from "./test-credential.ts";

type About = { readonly kind: MaterialKind; readonly name: string };
export type RotationStep =
  | ({ readonly type: "begun" | "continued" } & About & { readonly file: string; readonly replaces: readonly string[] })
  | ({ readonly type: "added" } & About & { readonly outcome: "created" | "existing"; readonly endsAt: string })
  | Proven
  | Skipped
  | Refused
  | ({ readonly type: "switched" } & About & { readonly outcome: "changed" | "existing"; readonly configFile: string })
  | { readonly type: "retired"; readonly id: string; readonly name: string }
  | { readonly type: "kept"; readonly names: readonly string[]; readonly reason: string }
  | ({ readonly type: "abandoned" } & About)
  | { readonly type: "unneeded"; readonly credential: string };

export type Plan = {
  readonly kind: MaterialKind;
  readonly days: number;
  /** How long each tenant may take to know the new credential. */
  readonly milliseconds: number;
  readonly keepOld: boolean;
};

/**
 * Adds the new credential, proves it in every tenant, has the config use it, and only then takes the old one away. What it
 * set out to do is beside the config until it is done: a run that was killed or stopped is continued by repeating it.
 */
export async function* rotated(context: Context, plan: Plan): AsyncGenerator<RotationStep> {
  const { readJournal, removeJournal } = await import("./rotation-journal.ts");
  const own = await ownApp(context);
  const { config } = own;
  const before = await readJournal(config.file, config.provider.clientId);
  if (before && before.to.kind !== plan.kind) throw underWay(before);
  const rotation = before ?? (await begun(context, own, plan));
  const { to, from } = rotation;
  const { kind, name, file, endsAt } = to;
  yield { type: before ? "continued" : "begun", kind, name, file, replaces: from.map((one) => one.name) };
  const outcome = await added(own, to);
  yield { type: "added", outcome, kind, name, endsAt: endsAt.toISOString() };
  const isSwitched = usesAlready(config, to);
  if (!isSwitched) {
    yield* provenOrStopped(context, config, to, plan.milliseconds);
    await context.config.change((document) => withCredential(document, credentialIn(config.file, to)));
  }
  yield { type: "switched", kind, name, outcome: isSwitched ? "existing" : "changed", configFile: config.file };
  yield* retired(own, rotation, plan.keepOld);
  await removeJournal(config.file);
}

/** Takes the new credential away again, as long as the config does not use it. */
export async function* abandoned(context: Context): AsyncGenerator<RotationStep> {
  const { readJournal, removeJournal } = await import("./rotation-journal.ts");
  const { config, registrations, app } = await ownApp(context);
  const rotation = await readJournal(config.file, config.provider.clientId);
  if (rotation === undefined)
    throw new Failure("notFound", "no rotation is under way", {
      code: "NoRotation",
      hint: "xtenant app credential list",
    });
  const { to } = rotation;
  if (usesAlready(config, to))
    throw new Failure("conflict", `the config uses '${to.name}' already`, {
      code: "RotationSwitched",
      hint: "xtenant app credential rotate finishes it",
    });
  for (const added of app.credentials.filter(({ kind, name }) => kind === to.kind && name === to.name))
    await registrations.removeCredential(app, added);
  if (await exists(to.file)) await unlink(to.file);
  await removeJournal(config.file);
  yield { type: "abandoned", kind: to.kind, name: to.name };
}

async function begun(context: Context, { config, app }: OwnApp, { kind, days }: Plan): Promise<Rotation> {
  const { writeJournal } = await import("./rotation-journal.ts");
  const now = new Date();
  const proof = await proofAtHand(context);
  const used = app.credentials.filter((one) => credentialRecord(one, proof, now).inUse === true);
  const name = newName(now);
  const rotation = {
    to: { kind, name, file: materialFile(config.file, kind, name), endsAt: endAfter(days, now) },
    // Two secrets that begin alike: nobody can tell which one the config uses.
    from: used.length === 1 ? used.map((one) => ({ id: one.id, name: one.name })) : [],
  };
  await writeJournal(config.file, config.provider.clientId, rotation);
  return rotation;
}

/** The file first for a certificate, the registration first for a secret: each can be made again from what is there. */
async function added({ registrations, app }: OwnApp, to: Material): Promise<"created" | "existing"> {
  const isThere = await exists(to.file);
  if (to.kind === "secret") {
    if (!isThere) await writeSecret(registrations, app, to);
    return isThere ? "existing" : "created";
  }
  if (!isThere) await writeCertificate(to);
  return registerCertificate(registrations, app, to);
}

async function* provenOrStopped(context: Context, config: Config, to: Material, milliseconds: number) {
  const refusing: string[] = [];
  for await (const step of provenEverywhere(context, config, { credential: credentialOf(to), milliseconds })) {
    if (step.type === "refused") refusing.push(step.whose);
    yield step;
  }
  if (refusing.length > 0)
    throw new Failure("partial", `refused by ${refusing.join(", ")}: the config still uses the old credential`, {
      code: "RotationStopped",
      hint: "mend what the steps above name, then repeat: xtenant app credential rotate; or give up: --abandon",
      actor: "provider's administrator",
      retryable: true,
    });
}

async function* retired({ registrations, app }: OwnApp, { from }: Rotation, keepOld: boolean) {
  const names = from.map(({ name }) => name);
  if (keepOld) yield { type: "kept" as const, names, reason: "--keep-old" };
  else if (from.length === 0)
    yield { type: "kept" as const, names, reason: "cannot tell which credential the config used before" };
  else
    for (const { id, name } of from) {
      const old = app.credentials.find((one) => one.id === id);
      if (old) await registrations.removeCredential(app, old);
      yield { type: "retired" as const, id, name };
    }
}

const usesAlready = ({ provider }: Config, { file }: Material): boolean => {
  const { credential } = provider;
  if (credential?.kind === "certificate") return credential.certificateFile === file;
  return credential?.kind === "secret" && "secretFile" in credential && credential.secretFile === file;
};

const underWay = ({ to }: Rotation) =>
  new Failure("conflict", `a rotation to the ${to.kind} '${to.name}' is under way`, {
    code: "RotationUnderWay",
    hint: `xtenant app credential rotate --${to.kind} continues it, --abandon gives it up`,
  });
