import { Command } from "@commander-js/extra-typings";
import type { Context } from "../lib/cli/context.ts";
import { argument, duration } from "../lib/cli/parsers.ts";
import type { Run, View } from "../lib/cli/run.ts";
import { Failure } from "../lib/failure.ts";
import { waitUntil } from "../lib/messaging/wait-until.ts";
import { consentLink } from "../lib/tenancy/consent.ts";
import { type Customer, type CustomerName, customerName } from "../lib/tenancy/customer.ts";
import { findCustomer } from "../lib/tenancy/find-customer.ts";

type Options = {
  readonly url?: true | undefined;
  readonly provision?: true | undefined;
  readonly timeout: number;
};

type Whose = { readonly customer: string; readonly tenantId: string };
type Link = { readonly type: "link" } & Whose & { readonly url: string };
type Provisioned = { readonly type: "service-principal" } & Whose & { readonly outcome: "created" | "existing" };
type Proven = { readonly type: "consented" } & Whose & { readonly principalId: string; readonly credential: string };
type Step = Link | Provisioned | Proven;

/** Brings a Customer's tenant to admit the app. Only a token from that tenant counts as done; safe to repeat. */
export async function* onboard(context: Context, name: CustomerName, options: Options): AsyncGenerator<Step> {
  const config = await context.config.read();
  const customer = findCustomer(config, name);
  const whose = { customer: customer.name, tenantId: customer.tenantId };
  const link = (): Link => ({ type: "link", ...whose, url: consentLink(config.cloud, config.provider, customer) });
  if (options.url && options.provision) throw new Failure("usage", "--url and --provision exclude each other");
  if (options.url) {
    yield link();
  } else if (options.provision) {
    const directory = await context.cloud.directory(customer);
    const outcome = await directory.provisionServicePrincipal(config.provider.clientId);
    yield { type: "service-principal", ...whose, outcome };
    yield await proven(context, customer, options.timeout);
  } else {
    const already = await admitted(context, customer);
    if (!already) yield link();
    yield already ?? (await proven(context, customer, options.timeout));
  }
}

async function admitted(context: Context, customer: Customer): Promise<Proven | undefined> {
  try {
    return await signedIn(context, customer);
  } catch (error) {
    if (error instanceof Failure && error.retryable) return undefined;
    throw error;
  }
}

const proven = (context: Context, customer: Customer, milliseconds: number): Promise<Proven> =>
  waitUntil(() => signedIn(context, customer), {
    what: `${customer.name}'s consent`,
    milliseconds,
    pending: "auth",
    signal: context.signal,
    waiting: ({ code }, elapsed) =>
      context.log.info(`waiting for ${customer.name} to consent (${code}, ${Math.round(elapsed / 1000)} s)`),
  });

async function signedIn({ cloud }: Context, customer: Customer): Promise<Proven> {
  const { objectId, credential } = await cloud.signIn(customer);
  const { name, tenantId } = customer;
  return { type: "consented", customer: name, tenantId, principalId: objectId, credential };
}

export const view: View<Step> = (step, { green, bold }) => {
  switch (step.type) {
    case "link":
      return step.url;
    case "service-principal":
      return `${green(step.outcome)} the app's service principal in ${bold(step.customer)}'s tenant ${step.tenantId}`;
    case "consented":
      return `${green("consented")} ${bold(step.customer)}: the app is service principal ${step.principalId} there, proven by a token`;
  }
};

export const onboardCommand = (run: Run) =>
  new Command("onboard")
    .description(
      "Have a Customer's tenant admit the Provider's app. Without an option: prints the consent link for the Customer's administrator and waits until a token of that tenant proves that it was accepted.",
    )
    .argument("<customer>", "a name from `xtenant customers list`", argument(customerName))
    .option("--url", "print the consent link and nothing else")
    .option("--provision", "create the service principal through Graph, as the Customer's administrator")
    .option("--timeout <duration>", "how long to wait for the proof", duration, 15 * 60_000)
    .action(run(onboard, view));
