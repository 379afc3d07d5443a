import { type Customer, type QueueRole, queueOf } from "../domain/customer.ts";
import { isBeyondLeastPrivilege } from "../domain/role-access.ts";
import { Failure, type FailureCode } from "../errors/failure.ts";

type Access = {
  readonly claim: "Send" | "Listen";
  readonly queue: QueueRole;
  /** A code that says more of what was refused. */
  readonly code?: FailureCode;
};

/**
 * Rethrows what the provider's app was refused. Where least privilege does not include the claim, the refusal is intended: nobody
 * has to grant anything.
 */
export function explainRefusal(
  error: unknown,
  customer: Customer,
  { claim, queue, code = "BeyondLeastPrivilege" }: Access,
): never {
  if (!(error instanceof Failure) || error.code !== "UnauthorizedAccess") throw error;
  if (!isBeyondLeastPrivilege(customer, claim, queue)) throw error;
  const { name } = customer;
  throw new Failure(code, undefined, {
    params: { customer: name, claim, queue: queueOf(customer, queue) },
    serviceCode: error.code,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    cause: error,
  });
}
