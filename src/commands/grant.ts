import { Command } from "@commander-js/extra-typings";
import type { Context } from "../lib/cli/context.ts";
import { argument, duration } from "../lib/cli/parsers.ts";
import type { Run, View } from "../lib/cli/run.ts";
import type { Access } from "../lib/cloud.ts";
import { Failure } from "../lib/failure.ts";
import { waitUntil } from "../lib/messaging/wait-until.ts";
import { roles, type WantedAssignment, wantedAssignments } from "../lib/tenancy/access.ts";
import type { Config } from "../lib/tenancy/config.ts";
import {
  type Customer,
  type CustomerName,
  customerName,
  type Guid,
  type Provenance,
  provenance,
  type QueueRole,
} from "../lib/tenancy/customer.ts";
import { findCustomer } from "../lib/tenancy/find-customer.ts";

type Options = { readonly leastPrivilege?: true | undefined; readonly wait?: number | true | undefined };

type Granted = {
  readonly type: "assignment";
  readonly customer: string;
  readonly tenantId: string;
  readonly role: string;
  readonly scope: string;
  readonly principalId: string;
  readonly assignmentId: string;
  readonly outcome: "created" | "existing";
};
type Effective = { readonly type: "effective" } & Provenance & { readonly claim: "Send" | "Listen" };
type Step = Granted | Effective;

const defaultWait = 10 * 60_000;

/** Gives the Provider's app its role in the Customer's subscription; what it holds already is left as it is. */
export async function* grant(
  context: Context,
  name: CustomerName,
  { leastPrivilege, wait }: Options,
): AsyncGenerator<Step> {
  const config = await context.config.read();
  const customer = findCustomer(config, name);
  const principalId = await servicePrincipalOf(context, config, customer);
  const wanted = wantedAssignments(customer, principalId, leastPrivilege === true);
  const access = await context.cloud.access(customer);
  for (const assignment of wanted) yield await assigned(access, customer, assignment);
  if (wait !== undefined) yield* effective(context, customer, wait === true ? defaultWait : wait);
}

/** The app's object in this tenant, after making sure that it is the Provider's app and no look-alike. */
async function servicePrincipalOf({ cloud }: Context, { provider }: Config, customer: Customer): Promise<Guid> {
  const directory = await cloud.directory(customer);
  const found = await directory.findServicePrincipal(provider.clientId);
  if (found === undefined)
    throw new Failure(
      "auth",
      `${customer.name} has not consented: its tenant ${customer.tenantId} has no service principal of the Provider's app`,
      {
        code: "ServicePrincipalMissing",
        hint: `xtenant onboard ${customer.name}`,
        actor: "customer's administrator",
      },
    );
  if (found.ownerTenantId !== provider.tenantId)
    throw new Failure(
      "auth",
      `the service principal in ${customer.name}'s tenant belongs to tenant ${found.ownerTenantId}, not to the Provider's`,
      {
        code: "WrongOwner",
        hint: "check provider.tenantId and provider.clientId in the config before granting anything",
      },
    );
  return found.objectId;
}

async function assigned(access: Access, { name, tenantId }: Customer, wanted: WantedAssignment): Promise<Granted> {
  const role = roles[wanted.role];
  const held = await access.list(wanted.scope, wanted.principalId);
  const existing = held.find(
    ({ roleId, scope }) => roleId === role.id && scope.toLowerCase() === wanted.scope.toLowerCase(),
  );
  const outcome = existing ? "existing" : await access.assign(wanted);
  return {
    type: "assignment",
    customer: name,
    tenantId,
    role: role.name,
    scope: wanted.scope,
    principalId: wanted.principalId,
    assignmentId: existing?.id.split("/").at(-1) ?? wanted.name,
    outcome,
  };
}

/** A role works only once it has reached the data plane: shown by opening the very links that need it. */
async function* effective(context: Context, customer: Customer, milliseconds: number): AsyncGenerator<Effective> {
  await using mailbox = await context.cloud.providerMailbox(customer);
  const probes = [
    ["Send", "command", async () => (await mailbox.outbox()).probe()],
    ["Listen", "status", async () => void (await (await mailbox.inbox()).peek(1))],
  ] as const satisfies readonly (readonly [string, QueueRole, () => Promise<void>])[];
  for (const [claim, queue, probe] of probes) {
    await waitUntil(probe, {
      what: `the ${claim} claim on ${customer.name}'s ${queue} queue`,
      milliseconds,
      pending: "forbidden",
      signal: context.signal,
      waiting: (_, elapsed) =>
        context.log.info(`assigned, not yet effective: ${claim} (${Math.round(elapsed / 1000)} s)`),
    });
    yield { type: "effective", ...provenance(customer, queue), claim };
  }
}

export const view: View<Step> = (step, { green, bold, dim }) =>
  step.type === "assignment"
    ? `${green(step.outcome)} ${step.role} for ${bold(step.customer)}\n  ${dim(`assignment ${step.assignmentId} at ${step.scope}`)}`
    : `${green("effective")} ${step.claim} on ${step.namespace}/${step.queue}`;

export const grantCommand = (run: Run) =>
  new Command("grant")
    .description(
      "Give the Provider's app its role, as the Customer's administrator: Service Bus Data Owner on the namespace.",
    )
    .argument("<customer>", "a name from `xtenant customers list`", argument(customerName))
    .option("--least-privilege", "Data Sender on the command queue and Data Receiver on the status queue instead")
    .option("--wait [duration]", "wait until links that need the role can be opened (default: 10m)", duration)
    .action(run(grant, view));
