/* Loaded on first use: the schema of the config, and what reads whole lists and documents. */
export { parseConfig } from "../config/config.ts";
export { configKeys } from "../config/config-keys.ts";
export { configSchema, schemaUrl } from "../config/config-schema.ts";
export { customerList } from "../config/customer-list.ts";
export { fromLocalSettings } from "../config/local-settings.ts";
export { readSandboxFolder, readSandboxTenants, type SandboxFolder } from "../config/sandbox-folder.ts";
