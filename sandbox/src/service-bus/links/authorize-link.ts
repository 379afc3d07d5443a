import { queueResourceId } from "../../arm/scope.ts";
import { isAllowed, receiveMessages, sendMessages } from "../../authorization.ts";
import { findNamespace, type Model, type Namespace, type Queue, type Tenant } from "../../model.ts";
import {
  type AmqpError,
  type Claimed,
  entityDisabled,
  entityNotFound,
  tokenExpired,
  unauthorized,
} from "../amqp-errors.ts";
import type { TokenClaim } from "../connection/token-claims.ts";
import type { EntityAddress } from "./entity-address.ts";

/** Whether a link has access now. */
export type Verdict =
  | { readonly status: "allowed"; readonly queue: Queue }
  | { readonly status: "refused"; readonly error: AmqpError };

export type LinkRequest = {
  readonly model: Model;
  readonly host: string;
  readonly address: EntityAddress;
  readonly claim: TokenClaim | undefined;
  /** One of them is enough; the first is named in the refusal. */
  readonly wanted: readonly [Claimed, ...Claimed[]];
  readonly now: Date;
};

const permissions = { Send: sendMessages, Listen: receiveMessages } as const;

/** Only a principal with a role that covers the queue, were it there, learns that it is missing; others get the missing claim. */
export function authorizeLink(request: LinkRequest): Verdict {
  const { model, host, address, claim, wanted, now } = request;
  const resource = `sb://${host}/${address.queue}`;
  const refused = (error: AmqpError): Verdict => ({ status: "refused", error });
  const denied = () => refused(unauthorized(wanted[0], resource, now));
  const found = findNamespace(model, host);
  if (!found) return refused(entityNotFound(resource, now));
  const { tenant, namespace } = found;
  if (!claim) return denied();
  if (claim.expiresAt <= now.getTime()) return refused(tokenExpired(resource, now));
  if (!isPresent(tenant, claim.oid)) return denied();
  const mayUse = (resourceId: string) =>
    wanted.some((name) => isAllowed(tenant, claim.oid, resourceId, permissions[name], now));
  const queue = findQueue(namespace, address.queue);
  if (!queue) {
    const wouldBe = queueResourceId(namespace, address.queue.toLowerCase());
    return mayUse(wouldBe) ? refused(entityNotFound(resource, now)) : denied();
  }
  if (!mayUse(queue.resourceId)) return denied();
  return isOpenFor(queue, wanted) ? { status: "allowed", queue } : refused(entityDisabled(resource, now));
}

const findQueue = (namespace: Namespace, name: string) => namespace.queues.get(name.toLowerCase());

/** A deleted or disabled principal loses its access even while its tokens and role assignments are still there. */
const isPresent = (tenant: Tenant, oid: string) =>
  tenant.servicePrincipals.get(oid)?.accountEnabled === true || tenant.users.has(oid);

const isOpenFor = ({ settings: { status } }: Queue, wanted: readonly Claimed[]) =>
  status === "Active" ||
  (status === "SendDisabled" && wanted.includes("Listen")) ||
  (status === "ReceiveDisabled" && wanted.includes("Send"));
