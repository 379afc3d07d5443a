import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { EntraError } from "../entra-error.ts";

/** Ties a form to the page that showed it, so that no other site can send one in a user's name. */
export type Proofs = {
  /** A proof for a form on this address, valid for a quarter of an hour. */
  issue(context: Context): string;
  /** Throws 90014 for a form that no page of ours showed at this address, or showed too long ago. */
  check(context: Context, proof: string | undefined): void;
};

const lifetimeMilliseconds = 15 * 60_000;

export function createProofs(now: () => Date): Proofs {
  const key = randomBytes(32);
  const sign = (context: Context, expiry: string) => {
    const { pathname, search } = new URL(context.req.url);
    return createHmac("sha256", key).update(`${expiry} ${pathname}${search}`).digest("base64url");
  };
  return {
    issue: (context) => {
      const expiry = String(now().getTime() + lifetimeMilliseconds);
      return `${expiry}.${sign(context, expiry)}`;
    },
    check: (context, proof = "") => {
      const [expiry = "", signature = ""] = proof.split(".");
      const origin = context.req.header("origin");
      const isOurs =
        (origin === undefined || origin === new URL(context.req.url).origin) &&
        same(signature, sign(context, expiry)) &&
        now().getTime() < Number(expiry);
      if (!isOurs)
        throw new EntraError(90014, "The form does not come from this page, or is too old. Open the link again.");
    },
  };
}

function same(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}
