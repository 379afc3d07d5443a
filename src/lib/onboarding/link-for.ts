import type { Config } from "../config/config.ts";
import { buildConsentLink } from "../domain/consent-link.ts";
import type { Customer } from "../domain/customer.ts";

type Whose = { readonly customer: string; readonly tenantId: string };
export type ConsentLink = { readonly type: "link" } & Whose & { readonly url: string };

/** The link for the administrator of one customer. No listener waits for the answer. */
export const linkFor = ({ cloud, provider }: Config, customer: Customer): ConsentLink => ({
  type: "link",
  customer: customer.name,
  tenantId: customer.tenantId,
  url: buildConsentLink(cloud, provider, customer),
});
