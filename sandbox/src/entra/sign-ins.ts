import { randomBytes } from "node:crypto";
import type { Environment } from "../environment.ts";
import type { SignIn } from "../model.ts";

/** Keeps a sign-in until it expires, and forgets expired ones; resolves to the code that stands for it. */
export function keepSignIn({ model: { signIns }, now }: Environment, signIn: SignIn): string {
  for (const [code, { expiresAt }] of signIns) if (expiresAt <= now()) signIns.delete(code);
  const code = randomBytes(32).toString("base64url");
  signIns.set(code, signIn);
  return code;
}

/** The sign-in of this kind behind a code, unless it is unknown or expired. */
export function findSignIn<Kind extends SignIn["kind"]>({ model, now }: Environment, kind: Kind, code: string) {
  const signIn = model.signIns.get(code);
  return signIn !== undefined && isKind(signIn, kind) && now() < signIn.expiresAt ? signIn : undefined;
}

const isKind = <Kind extends SignIn["kind"]>(signIn: SignIn, kind: Kind): signIn is Extract<SignIn, { kind: Kind }> =>
  signIn.kind === kind;
