import type { Customer, Guid } from "../domain/customer.ts";
import { type Assignment, namespaceResourceId } from "../domain/role-access.ts";
import { expectedFailure, Failure, type FailureRecord, failureRecord } from "../errors/failure.ts";
import type { Directory, RoleAssignments } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { readAssignments } from "./access-drift.ts";

export type AccessOwner = { readonly customer: string; readonly tenantId: string };
/** `kept`: it could not be removed; `error` says why. */
export type RemovedRole = { readonly type: "assignment" } & AccessOwner & {
    readonly assignmentId: string;
    readonly scope: string;
    readonly outcome: "removed" | "kept" | "would-remove";
    readonly error?: FailureRecord;
  };
export type RemovedPrincipal = { readonly type: "service-principal" } & AccessOwner & {
    readonly outcome: "removed" | "absent" | "kept" | "would-remove";
    readonly error?: FailureRecord;
  };

/** Failures that mean a missing right or sign-in are reported. Every other failure ends the command. */
export function notAllowed(error: unknown): Failure {
  const failure = expectedFailure(error);
  if (failure.kind === "forbidden" || failure.kind === "auth") return failure;
  throw failure;
}

/** Any failure of one step: the other steps go on, and the result names the rest. A bug and Ctrl-C end the command. */
export function leftBehind(error: unknown): Failure {
  const failure = expectedFailure(error);
  if (failure.kind === "interrupted") throw failure;
  return failure;
}

/** The app's object id: from the directory, or from the app's own token when the directory cannot be read. */
export async function principalOf(
  { azure }: UseCaseContext,
  directory: Directory | Failure,
  { customer, clientId }: { readonly customer: Customer; readonly clientId: Guid },
): Promise<Guid | undefined> {
  if (!(directory instanceof Failure)) {
    const found = await directory.findServicePrincipal(clientId).catch(leftBehind);
    if (!(found instanceof Failure)) return found?.objectId;
  }
  const signedIn = await azure.signIn(customer).catch(notAllowed);
  return signedIn instanceof Failure ? undefined : signedIn.objectId;
}

type Removal = { readonly customer: Customer; readonly principalId: Guid; readonly dryRun: boolean };

/** Every role of the app in the subscription, or only in the namespace when more cannot be read. */
export async function* removeRoles(context: UseCaseContext, removal: Removal): AsyncGenerator<RemovedRole> {
  const { customer, principalId, dryRun } = removal;
  const namespace = namespaceResourceId(customer);
  const access = await context.azure.roleAssignments(customer).catch(leftBehind);
  const assignments =
    access instanceof Failure ? access : await readAssignments(access, customer, principalId).catch(leftBehind);
  if (access instanceof Failure || assignments instanceof Failure) {
    const failure = access instanceof Failure ? access : assignments;
    const unread = failure instanceof Failure ? kept(failure) : { outcome: "kept" as const };
    yield { type: "assignment", ...describeOwner(customer), assignmentId: "", scope: namespace, ...unread };
    return;
  }
  for (const assignment of assignments) {
    const assignmentId = assignment.id.split("/").at(-1) ?? "";
    const outcome = dryRun ? ({ outcome: "would-remove" } as const) : await removed(access, assignment);
    yield { type: "assignment", ...describeOwner(customer), assignmentId, scope: assignment.scope, ...outcome };
  }
}

const removed = (access: RoleAssignments, assignment: Assignment) =>
  access.remove(assignment).then(
    () => ({ outcome: "removed" }) as const,
    (error) => kept(leftBehind(error)),
  );

export async function removePrincipal(
  directory: Directory | Failure,
  { customer, clientId }: { readonly customer: Customer; readonly clientId: Guid },
): Promise<RemovedPrincipal> {
  const outcome =
    directory instanceof Failure ? directory : await directory.removeServicePrincipal(clientId).catch(leftBehind);
  const said = outcome instanceof Failure ? kept(outcome) : { outcome };
  return { type: "service-principal", ...describeOwner(customer), ...said };
}

export const describeOwner = ({ name, tenantId }: Customer): AccessOwner => ({ customer: name, tenantId });

const kept = (failure: Failure) => ({ outcome: "kept", error: failureRecord(failure) }) as const;
