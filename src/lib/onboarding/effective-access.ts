import type { ConfiguredCustomer } from "../config/config.ts";
import type { Guid } from "../domain/customer.ts";
import { roleName } from "../domain/role-access.ts";
import { expectedFailure, Failure } from "../errors/failure.ts";
import type { AzureServices } from "../ports/azure-services.ts";
import { readAssignments } from "./access-drift.ts";

type Claim = "Send" | "Listen";
type Role = { readonly role: string; readonly scope: string };

/** What the app may do in a customer's namespace. Absent what cannot be known from here; `unknown` says why. */
export type EffectiveAccess = {
  /** Claims that were proved by opening links. */
  readonly claims?: readonly Claim[];
  /** Roles that Resource Manager lists. They may not have taken effect yet. */
  readonly roles?: readonly Role[];
  readonly unknown: readonly string[];
};

/** The claims are proved while the app signs in, which gives its principal. */
export async function readEffectiveAccess(
  azure: AzureServices,
  customer: ConfiguredCustomer,
  principalId: Promise<Guid>,
): Promise<EffectiveAccess> {
  // It may fail before anything waits for it, and Node would end the process.
  principalId.catch(() => {});
  const [claims, roles] = await Promise.all([
    claimsOf(azure, customer).catch(expectedFailure),
    rolesOf(azure, customer, principalId).catch(expectedFailure),
  ]);
  return {
    claims: claims instanceof Failure ? undefined : claims,
    roles: roles instanceof Failure ? undefined : roles,
    unknown: [
      ...(claims instanceof Failure ? [`claims: ${claims.message}`] : []),
      ...(roles instanceof Failure ? [`roles: ${roles.message}`] : []),
    ],
  };
}

async function claimsOf(azure: AzureServices, customer: ConfiguredCustomer): Promise<readonly Claim[]> {
  await using connection = await azure.connectAsProvider(customer);
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
      connection.sender().then((sender) => sender.probe()),
    ),
    proved(
      "Listen",
      connection.receiver().then((receiver) => receiver.peek(1)),
    ),
  ]);
  return both.flat();
}

/** Reads as the customer's administrator, unless a person would have to sign in. */
async function rolesOf(
  azure: AzureServices,
  customer: ConfiguredCustomer,
  principalId: Promise<Guid>,
): Promise<readonly Role[]> {
  const { administrator, subscriptionId } = customer;
  if (administrator.kind === "browser" || administrator.kind === "device-code")
    throw new Failure("SignInNeeded", `the customer's administrator must sign in (${administrator.kind})`);
  if (subscriptionId === undefined)
    throw new Failure("SubscriptionMissing", "the config does not name the customer's subscription", {
      params: { customer: customer.name },
    });
  const access = await azure.roleAssignments(customer);
  const held = await readAssignments(access, customer, await principalId);
  return held.map(({ roleId, scope }) => ({ role: roleName(roleId), scope }));
}
