import type { Config } from "../config/config.ts";
import type { Customer, Guid } from "../domain/customer.ts";
import {
  type Assignment,
  type ExcessAccess,
  excessOf,
  type MissingAccess,
  missingOf,
  namespaceResourceId,
  wantedAssignments,
} from "../domain/role-access.ts";
import { expectedFailure, Failure, type FailureRecord, failureRecord } from "../errors/failure.ts";
import type { RoleAssignments } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";

/** Roles that exceed the config and roles that are missing; or why they could not be read. */
export type AccessDrift = {
  readonly excess: readonly ExcessAccess[];
  readonly missing: readonly MissingAccess[];
  readonly driftUnknown?: FailureRecord;
};

/** Reads as the customer's administrator. A missing right or sign-in affects only that customer. */
export async function accessDriftOf(context: UseCaseContext, config: Config, customer: Customer): Promise<AccessDrift> {
  const found = await compared(context, config, customer).catch(expectedFailure);
  return found instanceof Failure ? { excess: [], missing: [], driftUnknown: failureRecord(found) } : found;
}

async function compared({ azure }: UseCaseContext, { provider }: Config, customer: Customer): Promise<AccessDrift> {
  const directory = await azure.directory(customer);
  const principal = await directory.findServicePrincipal(provider.clientId);
  if (principal === undefined) return { excess: [], missing: [] };
  const wanted = wantedAssignments(customer, principal.objectId);
  const held = await readAssignments(await azure.roleAssignments(customer), customer, principal.objectId);
  return { excess: excessOf(held, wanted), missing: missingOf(held, wanted) };
}

/** Every role in the subscription, or only in the namespace when the administrator cannot read more. */
export async function readAssignments(
  access: RoleAssignments,
  customer: Customer,
  principalId: Guid,
): Promise<readonly Assignment[]> {
  const namespace = namespaceResourceId(customer);
  const all = await access.list(`/subscriptions/${customer.subscriptionId}`, principalId).catch(expectedFailure);
  if (!(all instanceof Failure)) return all;
  if (all.kind !== "forbidden") throw all;
  return access.list(namespace, principalId);
}
