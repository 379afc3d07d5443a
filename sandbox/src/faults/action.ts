import { z } from "zod";
import { duration } from "./duration.ts";

/** A tenant by the first label of its domain (`acme`), by its domain, or by its id. */
const tenant = z.string().min(1);

/** One namespace by its host (`acme-bus.servicebus.localhost`) or its first label, one queue of it, or everything. */
const place = { namespace: z.string().min(1).optional(), queue: z.string().min(1).optional() };
const spell = { ...place, for: duration.default(3_600_000) };
const count = { ...place, times: z.int().positive().default(1) };

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
  /** The namespace refuses connections from this machine, or accepts them again. */
  z.strictObject({ do: z.literal("close-firewall"), namespace: z.string().min(1) }),
  z.strictObject({ do: z.literal("open-firewall"), namespace: z.string().min(1) }),
  /** Sends and new receivers are answered with server-busy (50009). */
  z.strictObject({ do: z.literal("throttle-bus"), ...spell }),
  /** Queues have no room. */
  z.strictObject({ do: z.literal("fill-queue"), ...spell }),
  /** Nothing is read from connections or written to them. */
  z.strictObject({ do: z.literal("stall"), namespace: place.namespace, for: spell.for }),
  /** Detaches links, or cuts connections silently. */
  z.strictObject({ do: z.literal("drop-links"), ...place }),
  z.strictObject({ do: z.literal("drop-connections"), namespace: place.namespace }),
  /** Cuts the connection in the middle of the next messages that a receiver gets. */
  z.strictObject({ do: z.literal("close-mid-transfer"), ...count }),
  /** Takes the next messages in and cuts the connection instead of saying so. */
  z.strictObject({ do: z.literal("lose-acknowledgement"), ...count }),
]);

export type Action = z.output<typeof action>;
