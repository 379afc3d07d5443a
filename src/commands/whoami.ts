import { Command } from "@commander-js/extra-typings";
import type { Context } from "../lib/cli/context.ts";
import { arguments_ } from "../lib/cli/parsers.ts";
import { plainLine } from "../lib/cli/plain-text.ts";
import type { Run, Verdict, View } from "../lib/cli/run.ts";
import { expectedFailure, Failure, type FailureRecord, failureRecord } from "../lib/failure.ts";
import { inOrder } from "../lib/messaging/in-order.ts";
import { type Customer, type CustomerName, customerName } from "../lib/tenancy/customer.ts";
import { findCustomers } from "../lib/tenancy/find-customer.ts";

type Whose = {
  readonly customer: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential: string;
};
type Admitted = Whose & { readonly principalId: string; readonly expiresAt: string };
type Refused = Whose & { readonly error: FailureRecord };
type Identity = Admitted | Refused;

/** Which identity speaks in each Customer's tenant, and until when; never the token. */
export async function* whoami(context: Context, names: readonly CustomerName[]): AsyncGenerator<Identity> {
  const config = await context.config.read();
  const { clientId, credential } = config.provider;
  const kind = credential?.kind ?? "none";
  yield* inOrder(findCustomers(config, names), (customer) =>
    identityIn(context, customer, { clientId, credential: kind }),
  );
}

async function identityIn(
  { cloud }: Context,
  customer: Customer,
  app: Pick<Whose, "clientId" | "credential">,
): Promise<Identity> {
  const whose = { customer: customer.name, tenantId: customer.tenantId, ...app };
  try {
    const { objectId, expiresAt } = await cloud.signIn(customer);
    return { ...whose, principalId: objectId, expiresAt: expiresAt.toISOString() };
  } catch (error) {
    return { ...whose, error: failureRecord(expectedFailure(error)) };
  }
}

const verdict: Verdict<Identity> = (identity) => {
  if (!("error" in identity)) return undefined;
  const { kind, message, ...options } = identity.error;
  return new Failure(kind, message, options);
};

export const view: View<Identity> = (identity, { bold, dim, red }) => {
  const who = `${bold(identity.customer)}  app ${identity.clientId} in tenant ${identity.tenantId}, by ${identity.credential}`;
  return "error" in identity
    ? `${who}\n  ${red("no token:")} ${plainLine(identity.error.message)}`
    : `${who}\n  ${dim(`service principal ${identity.principalId}, token until ${identity.expiresAt}`)}`;
};

export const whoamiCommand = (run: Run) =>
  new Command("whoami")
    .description(
      "Show which identity is used in a Customer's tenant: the app, how it proves itself, its service principal, until when.",
    )
    .argument("[customers...]", "names from `xtenant customers list` (default: all)", arguments_(customerName))
    .action((customers = []) => run(whoami, view, verdict)(customers));
