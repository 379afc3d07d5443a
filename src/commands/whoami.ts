import { defineCommand } from "../cli/command/define-command.ts";
import type { Context } from "../cli/context.ts";
import { customersOrAllArgument, selectionOptions } from "../cli/options/customer-options.ts";
import type { CustomerFailure } from "../cli/output/customer-failure.ts";
import { failureGroupsText } from "../cli/output/failure-groups.ts";
import { viewTime } from "../cli/output/format-time.ts";
import { wrapToPage } from "../cli/output/wrap-text.ts";
import type { FailureOf, Renderer, View } from "../cli/run-command.ts";
import {
  type ConfiguredCustomer,
  type CustomerName,
  forEachCustomer,
  type Reason,
  reasonsFor,
  type Selection,
  selectOrAll,
} from "../lib/entry/customers.ts";
import { expectedFailure, type FailureRecord, failureFromRecord, failureRecord } from "../lib/entry/errors.ts";
import { type EffectiveAccess, readEffectiveAccess } from "../lib/entry/onboarding.ts";
import { plainLine } from "../lib/entry/values.ts";

type Whose = {
  readonly customer: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential: string;
  /** With `--why`. */
  readonly why?: readonly Reason[];
};

type Options = Omit<Selection, "names"> & { readonly why?: true };
type Admitted = Whose & { readonly principalId: string; readonly expiresAt: string } & EffectiveAccess;
type Refused = Whose & { readonly error: FailureRecord };
export type Identity = Admitted | Refused;

/** Which identity speaks in each customer's tenant, what it may do there, and until when; never the token. */
export async function* whoami(
  context: Context,
  customers: readonly CustomerName[],
  { why, all, tag }: Options = {},
): AsyncGenerator<Identity> {
  const config = await context.config.read();
  const { clientId, credential } = config.provider;
  const app = { clientId, credential: credential?.kind ?? "none" };
  const identify = async function* (customer: ConfiguredCustomer) {
    yield await identityIn(context, customer, { ...app, ...(why ? { why: reasonsFor(config, customer) } : {}) });
  };
  const selected = selectOrAll(config, { names: customers, all, tag });
  yield* forEachCustomer(selected, identify, { signal: context.signal, order: "customers" });
}

async function identityIn(
  { azure }: Context,
  customer: ConfiguredCustomer,
  app: Omit<Whose, "customer" | "tenantId">,
): Promise<Identity> {
  const whose = { customer: customer.name, tenantId: customer.tenantId, ...app };
  try {
    const signingIn = azure.signIn(customer);
    const reading = readEffectiveAccess(
      azure,
      customer,
      signingIn.then(({ objectId }) => objectId),
    );
    const { objectId, expiresAt } = await signingIn;
    const holdings = await reading;
    return { ...whose, principalId: objectId, expiresAt: expiresAt.toISOString(), ...holdings };
  } catch (error) {
    return { ...whose, error: failureRecord(expectedFailure(error)) };
  }
}

const failureOf: FailureOf<Identity> = (identity) => {
  if (!("error" in identity)) return undefined;
  return failureFromRecord(identity.error);
};

export const view: View<Identity> = (identity, { bold, dim, red, yellow }, page) => {
  const wrap = (lines: readonly string[]) => lines.map((line) => wrapToPage(line, page)).join("\n");
  const who = `${bold(identity.customer)}  app ${identity.clientId} in tenant ${identity.tenantId}, by ${identity.credential}`;
  const why = (identity.why ?? []).map(
    ({ what, is, from }) => `  ${dim("why")} ${what} ${is}: ${dim(plainLine(from))}`,
  );
  if ("error" in identity) return wrap([who, `  ${red("no token:")} ${plainLine(identity.error.message)}`, ...why]);
  const { claims, roles, unknown } = identity;
  return wrap([
    who,
    `  ${dim(`service principal ${identity.principalId}, token until ${viewTime(identity.expiresAt, page)}`)}`,
    ...(claims === undefined ? [] : [`  may ${claims.length === 0 ? yellow("nothing") : claims.join(" and ")}`]),
    ...(roles ?? []).map(({ role, scope }) => `  holds ${role} ${dim(`at ${plainLine(scope)}`)}`),
    ...unknown.map((reason) => `  ${yellow("unknown")} ${plainLine(reason)}`),
    ...why,
  ]);
};

/** Of many customers, one that may send and receive is one line. The customers without a token come last, grouped by cause. */
export function manyRenderer(): Renderer<Identity> {
  const failures: CustomerFailure[] = [];
  return {
    onRecord: (identity, style, page) => {
      if ("error" in identity && identity.why === undefined) {
        const { customer, tenantId, error } = identity;
        failures.push({ customer, tenantId, error });
        return "";
      }
      const isPlain = !("error" in identity) && identity.unknown.length === 0 && identity.claims?.length === 2;
      if (!isPlain || identity.why) return view(identity, style, page);
      const { customer, claims = [], credential } = identity;
      const text = `${style.green("✓")} ${style.bold(customer)} may ${claims.join(" and ")}${style.dim(`, by ${credential}`)}`;
      return wrapToPage(text, page);
    },
    onEnd: (style, page) => failureGroupsText(failures, style, { sign: "✗", ...(page && { page }) }),
  };
}

export const whoamiCommand = defineCommand({
  name: "whoami",
  description:
    "Show which identity is used in a customer's tenant: the app, its credential, its service principal, the token's expiry, and its permissions.",
  arguments: customersOrAllArgument,
  options: {
    ...selectionOptions,
    why: { flags: "--why", description: "also show what selected the identity: a config field, a variable, a file" },
  },
  createRenderer: (_, { customers }) => (customers.length === 1 ? { onRecord: view } : manyRenderer()),
  run: (context, { customers }, options) => whoami(context, customers, options),
  failureOf,
  examples: [
    { line: "xtenant whoami acme", what: "show the identity in one customer's tenant" },
    { line: "xtenant whoami acme --why", what: "also show what selected it" },
    { line: "xtenant whoami --json | jq -r .customer", what: "all customers, as JSON" },
  ],
  seeAlso: ["verify", "help environment"],
});
