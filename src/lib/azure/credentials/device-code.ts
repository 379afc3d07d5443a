import { tenantIdentity } from "./credential-kind.ts";

/** A person who signs in on another device with a code. */
export const deviceCode = {
  kind: "device-code",
  administrator: tenantIdentity({
    schemas: ({ z }) => [z.strictObject({ kind: z.literal("device-code") })],
    create: async ({ sdk, options, log }, tenantId) =>
      new sdk.DeviceCodeCredential({ ...options, tenantId, userPromptCallback: ({ message }) => log.ask(message) }),
  }),
} as const;
