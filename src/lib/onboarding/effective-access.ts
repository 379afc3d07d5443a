import type { ConfiguredCustomer } from "../config/config.ts";
import type { Guid } from "../domain/customer.ts";
import { roleName } from "../domain/role-access.ts";
import { expectedFailure, Failure } from "../errors/failure.ts";
import type { Cloud } from "../ports/azure-services.ts";
import { heldBy } from "./access-drift.ts";

type Claim = "Send" | "Listen";
type Role = { readonly role: string; readonly scope: string };

/** What the app may do at a Customer's; `null` where that cannot be known from here, and then why. */
export type Holdings = {
  /** Those that links opened just now have proved. */
  readonly claims: readonly Claim[] | null;
  /** Those that Resource Manager knows, whether they have taken effect or not. */
  readonly roles: readonly Role[] | null;
  readonly unknown: readonly string[];
};

export async function holdingsOf(cloud: Cloud, customer: ConfiguredCustomer, principalId: Guid): Promise<Holdings> {
  const [claims, roles] = await Promise.all([
    claimsOf(cloud, customer).catch(expectedFailure),
    rolesOf(cloud, customer, principalId).catch(expectedFailure),
  ]);
  return {
    claims: claims instanceof Failure ? null : claims,
    roles: roles instanceof Failure ? null : roles,
    unknown: [
      ...(claims instanceof Failure ? [`claims: ${claims.message}`] : []),
      ...(roles instanceof Failure ? [`roles: ${roles.message}`] : []),
    ],
  };
}

async function claimsOf(cloud: Cloud, customer: ConfiguredCustomer): Promise<readonly Claim[]> {
  await using mailbox = await cloud.providerMailbox(customer);
  const proved = async (claim: Claim, probe: Promise<unknown>): Promise<readonly Claim[]> => {
    try {
      await probe;
      return [claim];
    } catch (error) {
      if (expectedFailure(error).code === "UnauthorizedAccess") return [];
      throw error;
    }
  };
  const both = await Promise.all([
    proved(
      "Send",
      mailbox.outbox().then((outbox) => outbox.probe()),
    ),
    proved(
      "Listen",
      mailbox.inbox().then((inbox) => inbox.peek(1)),
    ),
  ]);
  return both.flat();
}

/** As the Customer's administrator, where that asks nobody to sign in. */
async function rolesOf(cloud: Cloud, customer: ConfiguredCustomer, principalId: Guid): Promise<readonly Role[]> {
  const { administrator, subscriptionId } = customer;
  if (administrator.kind === "browser" || administrator.kind === "device-code")
    throw new Failure("auth", `the Customer's administrator would have to sign in (${administrator.kind})`, {
      code: "SignInNeeded",
      hint: "xtenant verify --drift, where the administrator's credential asks nobody",
      actor: "customer's administrator",
    });
  if (subscriptionId === undefined)
    throw new Failure("usage", "the config does not name the Customer's subscription", {
      code: "SubscriptionMissing",
      hint: `set customers.${customer.name}.subscriptionId in the config`,
    });
  const access = await cloud.access(customer);
  const held = await heldBy(access, customer, principalId);
  return held.map(({ roleId, scope }) => ({ role: roleName(roleId), scope }));
}
