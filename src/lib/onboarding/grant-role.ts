import { waitUntil } from "../concurrency/wait-until.ts";
import type { Config } from "../config/config.ts";
import { type Customer, type Guid, type Provenance, provenanceOf, type QueueRole } from "../domain/customer.ts";
import { isDataRole, isSameAssignment, roleName, roles, type WantedAssignment } from "../domain/role-access.ts";
import { Failure } from "../errors/failure.ts";
import type { RoleAssignments } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { readAssignments } from "./access-drift.ts";

type Granted = {
  readonly type: "assignment";
  readonly customer: string;
  readonly tenantId: string;
  readonly role: string;
  readonly scope: string;
  readonly principalId: string;
  readonly assignmentId: string;
  /** `excess`: the app has this role, and neither the config nor the command asks for it. */
  readonly outcome: "created" | "existing" | "would-create" | "excess" | "removed" | "would-remove";
};
type Effective = { readonly type: "effective" } & Provenance & { readonly claim: "Send" | "Listen" };
type Seen = { readonly type: "principal" } & Pick<Granted, "customer" | "tenantId" | "principalId">;
export type GrantStep = Seen | Granted | Effective;

export const defaultWaitMilliseconds = 10 * 60_000;

/** How long to wait until Azure role assignments know a new service principal. */
const replicationMilliseconds = 5 * 60_000;

/** The object id of the app in this tenant. Throws when the service principal belongs to an app of another tenant. */
export async function servicePrincipalOf(
  { azure }: UseCaseContext,
  { provider }: Config,
  customer: Customer,
): Promise<Guid> {
  const { name, tenantId } = customer;
  const directory = await azure.directory(customer);
  const found = await directory.findServicePrincipal(provider.clientId);
  if (found === undefined)
    throw new Failure("ServicePrincipalMissing", undefined, { params: { customer: name, tenant: tenantId } });
  if (found.ownerTenantId !== provider.tenantId)
    throw new Failure(
      "WrongOwner",
      `the service principal in ${name}'s tenant belongs to tenant ${found.ownerTenantId}, not to the provider's`,
      { params: { customer: name } },
    );
  return found.objectId;
}

/** The same after consent. Entra can issue tokens for the app before the directory shows its service principal. */
export async function waitForPrincipal(
  context: UseCaseContext,
  { config, customer, milliseconds }: { config: Config; customer: Customer; milliseconds: number },
): Promise<Seen & { readonly principalId: Guid }> {
  const principalId = await waitUntil(() => servicePrincipalOf(context, config, customer), {
    what: `the app's service principal in ${customer.name}'s directory`,
    milliseconds,
    pending: ({ code }) => code === "ServicePrincipalMissing",
    signal: context.signal,
    waiting: (_, elapsed) =>
      context.log.info(`${customer.name}'s directory does not show the app yet (${Math.round(elapsed / 1000)} s)`),
  });
  return { type: "principal", customer: customer.name, tenantId: customer.tenantId, principalId };
}

type Assignments = {
  readonly wanted: readonly WantedAssignment[];
  readonly dryRun: boolean;
  /** Roles of the app beyond the wanted ones: named, removed, or not looked for. */
  readonly others?: "report" | "remove";
};

/** Creates missing role assignments and keeps existing ones. A dry run only reads. */
export async function* assignRoles(
  context: UseCaseContext,
  customer: Customer,
  { wanted, dryRun, others }: Assignments,
): AsyncGenerator<Granted> {
  const access = await context.azure.roleAssignments(customer);
  for (const one of wanted) {
    const existing = await held(access, one);
    const outcome = existing
      ? "existing"
      : dryRun
        ? "would-create"
        : await assign(context, access, { customer, wanted: one });
    yield {
      type: "assignment",
      customer: customer.name,
      tenantId: customer.tenantId,
      role: roles[one.role].name,
      scope: one.scope,
      principalId: one.principalId,
      assignmentId: existing?.id.split("/").at(-1) ?? one.name,
      outcome,
    };
  }
  const [first] = wanted;
  if (others === undefined || first === undefined) return;
  const { principalId } = first;
  const all = await readAssignments(access, customer, principalId);
  for (const one of all.filter((held) => isDataRole(held) && !wanted.some((other) => isSameAssignment(held, other)))) {
    if (others === "remove" && !dryRun) await access.remove(one);
    yield {
      type: "assignment",
      customer: customer.name,
      tenantId: customer.tenantId,
      role: roleName(one.roleId),
      scope: one.scope,
      principalId,
      assignmentId: one.id.split("/").at(-1) ?? one.id,
      outcome: others === "report" ? "excess" : dryRun ? "would-remove" : "removed",
    };
  }
}

async function held(access: RoleAssignments, wanted: WantedAssignment) {
  const assignments = await access.list(wanted.scope, wanted.principalId);
  return assignments.find((one) => isSameAssignment(one, wanted));
}

/** Azure role assignments may not know a new principal yet (PrincipalNotFound). No other failure is retried. */
type Assigning = { readonly customer: Customer; readonly wanted: WantedAssignment };

const assign = (context: UseCaseContext, access: RoleAssignments, { customer, wanted }: Assigning) =>
  waitUntil(() => access.assign(wanted), {
    what: `the arrival of ${customer.name}'s service principal at the role service`,
    milliseconds: replicationMilliseconds,
    pending: ({ code }) => code === "PrincipalNotFound",
    signal: context.signal,
    waiting: (_, elapsed) =>
      context.log.info(
        `the role service does not know ${customer.name}'s service principal yet (${Math.round(elapsed / 1000)} s)`,
      ),
  });

/** A role works only when it has reached the data plane. Opening the links that need it proves that. */
export async function* waitForAccess(
  context: UseCaseContext,
  customer: Customer,
  milliseconds: number,
): AsyncGenerator<Effective> {
  await using connection = await context.azure.connectAsProvider(customer);
  const probes = [
    ["Send", "command", async () => (await connection.sender()).probe()],
    ["Listen", "status", async () => void (await (await connection.receiver()).peek(1))],
  ] as const satisfies readonly (readonly [string, QueueRole, () => Promise<void>])[];
  for (const [claim, queue, probe] of probes) {
    await waitUntil(probe, {
      what: `the ${claim} claim of the assigned role on ${customer.name}'s ${queue} queue`,
      milliseconds,
      pending: "forbidden",
      signal: context.signal,
      waiting: ({ code }, elapsed) =>
        context.log.info(
          `assigned, not yet effective: ${claim} for ${customer.name} (${code}, ${Math.round(elapsed / 1000)} s)`,
        ),
    });
    yield { type: "effective", ...provenanceOf(customer, queue), claim };
  }
}
