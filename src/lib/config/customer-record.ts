import type { Customer, Tags } from "../domain/customer.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import type { ConfiguredCustomer } from "./config.ts";

/** A customer of the config as a record. It contains only the kinds of the administrator and the responder. */
export type CustomerRecord = {
  readonly customer: string;
  readonly tenantId: string;
  readonly namespace: string;
  readonly commandQueue: string;
  readonly statusQueue: string;
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  readonly namespaceName?: string;
  readonly access: Customer["access"];
  readonly administrator: string;
  readonly responder?: string;
  readonly tags: Tags;
};

export const customerRecord = ({
  name,
  administrator,
  responder,
  ...customer
}: ConfiguredCustomer): CustomerRecord => ({
  customer: name,
  tenantId: customer.tenantId,
  namespace: customer.namespace,
  commandQueue: customer.commandQueue,
  statusQueue: customer.statusQueue,
  ...omitUndefined({
    subscriptionId: customer.subscriptionId,
    resourceGroup: customer.resourceGroup,
    namespaceName: customer.namespaceName,
  }),
  access: customer.access,
  administrator: administrator.kind,
  ...omitUndefined({ responder: responder?.kind }),
  tags: customer.tags,
});
