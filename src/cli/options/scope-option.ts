import { Option } from "@commander-js/extra-typings";
import { grantScopes } from "../../lib/domain/role-access.ts";

/** Where the roles apply; what is wider than the config's `access` wants is what `verify --drift` will report. */
export const scopeOption = (when = "") =>
  new Option(
    "--scope <scope>",
    `${when}where the roles apply (default: Data Owner on the namespace, least privilege on each queue)`,
  ).choices(grantScopes);
