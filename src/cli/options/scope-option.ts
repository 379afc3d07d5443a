import { grantScopes } from "../../lib/domain/role-access.ts";

/** Where the roles apply. `verify --drift` reports a scope that is wider than the `access` of the config. */
export const scopeOption = <const Group extends string>(description: string, group?: Group) =>
  ({ flags: "--scope <scope>", description, choices: grantScopes, ...(group === undefined ? {} : { group }) }) as const;
