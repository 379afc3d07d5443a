/** Ids that the config and the answers share. */
export const tenant = {
  contoso: "c0000000-0000-4000-8000-000000000001",
  acme: "a0000000-0000-4000-8000-000000000001",
  principal: "90000000-0000-4000-8000-000000000001",
} as const;
