import { Command } from "@commander-js/extra-typings";
import { confirm } from "../lib/cli/ask.ts";
import type { Context } from "../lib/cli/context.ts";
import { argument } from "../lib/cli/parsers.ts";
import type { Run, View } from "../lib/cli/run.ts";
import { Failure } from "../lib/failure.ts";
import { namespaceResourceId } from "../lib/tenancy/access.ts";
import { type Customer, type CustomerName, customerName, type Guid } from "../lib/tenancy/customer.ts";
import { findCustomer } from "../lib/tenancy/find-customer.ts";

type Options = { readonly yes?: true | undefined; readonly dryRun?: true | undefined };

type Whose = { readonly customer: string; readonly tenantId: string };
type Removed = { readonly type: "assignment" } & Whose & {
    readonly assignmentId: string;
    readonly scope: string;
    readonly outcome: "removed" | "would-remove";
  };
type Gone = { readonly type: "service-principal" } & Whose & {
    readonly outcome: "removed" | "absent" | "would-remove";
  };
type Refused = { readonly type: "refused" } & Whose & { readonly code: string };
type Step = Removed | Gone | Refused;

/** Roles first, then the service principal, then the proof: a token must now be refused. Safe to repeat. */
export async function* offboard(context: Context, name: CustomerName, options: Options): AsyncGenerator<Step> {
  const { yes, dryRun = false as boolean } = options;
  const config = await context.config.read();
  const customer = findCustomer(config, name);
  if (!yes && !dryRun)
    await confirm(context.terminal, "--yes", `End all messaging with ${name}, as ${name}'s administrator?`);
  const whose = { customer: customer.name, tenantId: customer.tenantId };
  const { clientId } = config.provider;
  const directory = await context.cloud.directory(customer);
  const principal = await directory.findServicePrincipal(clientId);
  if (principal) yield* assignmentsOf(context, customer, { principalId: principal.objectId, dryRun });
  if (dryRun) {
    yield { type: "service-principal", ...whose, outcome: principal ? "would-remove" : "absent" };
    return;
  }
  yield { type: "service-principal", ...whose, outcome: await directory.removeServicePrincipal(clientId) };
  yield { type: "refused", ...whose, code: await refusal(context, customer) };
}

async function* assignmentsOf(
  { cloud }: Context,
  customer: Customer,
  { principalId, dryRun }: { readonly principalId: Guid; readonly dryRun: boolean },
): AsyncGenerator<Removed> {
  const { name, tenantId } = customer;
  const access = await cloud.access(customer);
  for (const assignment of await access.list(namespaceResourceId(customer), principalId)) {
    if (!dryRun) await access.remove(assignment);
    const assignmentId = assignment.id.split("/").at(-1) ?? "";
    const outcome = dryRun ? "would-remove" : "removed";
    yield { type: "assignment", customer: name, tenantId, assignmentId, scope: assignment.scope, outcome };
  }
}

/** The proof. A directory may go on issuing tokens for minutes after the principal is gone. */
async function refusal({ cloud }: Context, customer: Customer): Promise<string> {
  try {
    await cloud.signIn(customer);
  } catch (error) {
    if (error instanceof Failure && error.kind === "auth") return error.code;
    throw error;
  }
  throw new Failure("timeout", `${customer.name}'s tenant still issues tokens for the app`, {
    code: "StillAdmitted",
    hint: `removal takes a few minutes; then: xtenant offboard ${customer.name} --yes`,
    actor: "nobody",
  });
}

export const view: View<Step> = (step, { green, yellow, bold, dim }) => {
  const outcome = "outcome" in step && (step.outcome === "would-remove" ? yellow("would remove") : green(step.outcome));
  switch (step.type) {
    case "assignment":
      return `${outcome} role assignment ${step.assignmentId}\n  ${dim(`at ${step.scope}`)}`;
    case "service-principal":
      return `${outcome} the app's service principal in ${bold(step.customer)}'s tenant ${step.tenantId}`;
    case "refused":
      return `${green("refused")} ${bold(step.customer)}'s tenant issues no token for the app any more (${step.code})`;
  }
};

export const offboardCommand = (run: Run) =>
  new Command("offboard")
    .description(
      "As the Customer's administrator: remove the app's roles and service principal, and prove that it is refused. The config stays.",
    )
    .argument("<customer>", "a name from `xtenant customers list`", argument(customerName))
    .option("-y, --yes", "do not ask for confirmation")
    .option("--dry-run", "look only: say what would be removed")
    .action(run(offboard, view));
