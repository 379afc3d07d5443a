import type { CatalogPart } from "./catalog-entry.ts";

/** The config file, the customers in it, and the files that it is made from. */
export const config = {
  ConfigNotFound: { kind: "usage", cause: "no config file was found" },
  ConfigUnreadable: { kind: "usage", cause: "the config file cannot be read" },
  ConfigInvalid: { kind: "usage", cause: "the config file is not valid" },
  ConfigChangeInvalid: { kind: "usage", cause: "with this change the config would not be valid" },
  ConfigIncomplete: {
    kind: "usage",
    cause: "the config does not name the subscription and resource group of {customer}",
  },
  ConfigExists: { kind: "conflict", cause: "the config file exists already" },
  SubscriptionMissing: { kind: "usage", cause: "the config does not name the subscription of {customer}" },
  NotJson: { kind: "usage", cause: "the file is not JSON" },
  NoCustomers: { kind: "usage", cause: "the config has no customers" },
  CustomerNotFound: { kind: "notFound", cause: "the config has no such customer" },
  CustomerExists: { kind: "conflict", cause: "the config has a customer with this name already" },
  TagNotFound: { kind: "notFound", cause: "no customer in the config has this tag" },
  CustomerListInvalid: { kind: "usage", cause: "the list of customers is not valid" },
  LocalSettingsInvalid: { kind: "usage", cause: "the file is not a local.settings.json" },
  LocalSettingsEncrypted: { kind: "usage", cause: "the settings are encrypted" },
  LocalSettingsIncomplete: { kind: "usage", cause: "the settings lack values that the config needs" },
  LocalSettingsOfCustomer: { kind: "usage", cause: "the settings are the customer's, not the provider's" },
  UnsafeEnvironment: { kind: "usage", cause: "an environment variable would redirect requests of a live cloud" },
  ContextNotFound: { kind: "notFound", cause: "there is no such context" },
  ContextExists: { kind: "conflict", cause: "there is a context with this name already" },
  ContextProtected: { kind: "usage", cause: "a protected context was not named" },
  AuditMissing: { kind: "usage", cause: "the config names no audit trail" },
  FileUnreadable: { kind: "usage", cause: "a file cannot be read" },
  FileUnwritable: { kind: "usage", cause: "a file cannot be written" },
  FileExists: { kind: "conflict", cause: "the credential file exists already" },
} as const satisfies CatalogPart;
