import { Command } from "@commander-js/extra-typings";
import type { Context } from "../lib/cli/context.ts";
import { argument } from "../lib/cli/parsers.ts";
import type { Run, View } from "../lib/cli/run.ts";
import { Failure } from "../lib/failure.ts";
import { namespaceResourceId } from "../lib/tenancy/access.ts";
import { type Customer, type CustomerName, customerName } from "../lib/tenancy/customer.ts";
import { findCustomer } from "../lib/tenancy/find-customer.ts";

type Options = { readonly yes?: true | undefined };

type Whose = { readonly customer: string; readonly tenantId: string };
type Removed = { readonly type: "assignment-removed" } & Whose & {
    readonly assignmentId: string;
    readonly scope: string;
  };
type Gone = { readonly type: "service-principal" } & Whose & { readonly outcome: "removed" | "absent" };
type Refused = { readonly type: "refused" } & Whose & { readonly code: string };
type Step = Removed | Gone | Refused;

/** Roles first, then the service principal, then the proof: a token must now be refused. Safe to repeat. */
export async function* offboard(context: Context, name: CustomerName, { yes }: Options): AsyncGenerator<Step> {
  const config = await context.config.read();
  const customer = findCustomer(config, name);
  if (!yes)
    throw new Failure("usage", `offboarding ${name} ends all messaging with it`, {
      code: "NotConfirmed",
      hint: `xtenant offboard ${name} --yes`,
    });
  const whose = { customer: customer.name, tenantId: customer.tenantId };
  const { clientId } = config.provider;
  const directory = await context.cloud.directory(customer);
  const principal = await directory.findServicePrincipal(clientId);
  if (principal) {
    const access = await context.cloud.access(customer);
    for (const assignment of await access.list(namespaceResourceId(customer), principal.objectId)) {
      await access.remove(assignment);
      yield {
        type: "assignment-removed",
        ...whose,
        assignmentId: assignment.id.split("/").at(-1) ?? "",
        scope: assignment.scope,
      };
    }
  }
  yield { type: "service-principal", ...whose, outcome: await directory.removeServicePrincipal(clientId) };
  yield { type: "refused", ...whose, code: await refusal(context, customer) };
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

export const view: View<Step> = (step, { green, bold, dim }) => {
  switch (step.type) {
    case "assignment-removed":
      return `${green("removed")} role assignment ${step.assignmentId}\n  ${dim(`at ${step.scope}`)}`;
    case "service-principal":
      return `${green(step.outcome)} the app's service principal in ${bold(step.customer)}'s tenant ${step.tenantId}`;
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
    .option("-y, --yes", "confirm")
    .action(run(offboard, view));
