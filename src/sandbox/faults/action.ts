import { z } from "zod";

/** A tenant by the first label of its domain (`acme`), by its domain, or by its id. */
const tenant = z.string().min(1);

/** Something that happens in the cloud behind the client's back. */
export const action = z.discriminatedUnion("do", [
  /** Removes the role assignments of other companies' apps in the tenant. */
  z.strictObject({ do: z.literal("revoke-roles"), tenant }),
  /** Deletes the service principals of other companies' apps. */
  z.strictObject({ do: z.literal("withdraw-consent"), tenant }),
  z.strictObject({ do: z.literal("disable-principals"), tenant }),
  z.strictObject({ do: z.literal("enable-principals"), tenant }),
  /** New tokens are signed by a new key; `forget` also stops taking tokens signed by older ones. */
  z.strictObject({ do: z.literal("roll-keys"), forget: z.boolean().default(false) }),
]);

export type Action = z.output<typeof action>;
