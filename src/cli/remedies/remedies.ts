import type { FailureCode } from "../../lib/errors/catalog/catalog.ts";
import { type FailureRecord, fillPlaceholders } from "../../lib/errors/failure.ts";
import { azureRemedies } from "./azure-remedies.ts";
import { ownRemedies } from "./own-remedies.ts";

/** What to do about each code, as a command where there is one. `{placeholders}` are filled from the failure's parameters. */
export const remedies: Readonly<Record<FailureCode, string>> = { ...azureRemedies, ...ownRemedies };

type Described = Pick<FailureRecord, "code" | "remedy" | "params">;

/** The next step for a failure, in words for the operator. */
export const remedyOf = ({ code, remedy = code, params = {} }: Described): string =>
  fillPlaceholders(remedies[remedy], params);
