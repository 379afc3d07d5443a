export { forEachCustomer } from "../concurrency/for-each-customer.ts";
export type { Config, ConfiguredCustomer } from "../config/config.ts";
export { validate, writeConfig } from "../config/config-file.ts";
export { configFileName } from "../config/config-file-name.ts";
export type { ConfigDocument } from "../config/config-schema.ts";
export { type CustomerRecord, customerRecord } from "../config/customer-record.ts";
export { type CustomerRow, columns, customerRow, type RowProblem, twice } from "../config/customer-row.ts";
export { findConfig } from "../config/find-config.ts";
export { type Reason, reasonsFor } from "../config/identity-reasons.ts";
export { findCustomer, type Selection, selectCustomers, selectOrAll } from "../config/select-customers.ts";
export { type AzureCloudName, azureClouds, type CloudEndpoints } from "../domain/cloud-endpoints.ts";
export {
  type Customer,
  type CustomerName,
  type Guid,
  type Provenance,
  parseCustomerName,
  parseCustomerNames,
  parseGuid,
  parseTag,
  parseTagName,
  parseTenantReference,
  provenanceOf,
  type QueueRole,
  type TenantId,
  type TenantReference,
} from "../domain/customer.ts";
export type { Transport } from "../domain/transport.ts";
