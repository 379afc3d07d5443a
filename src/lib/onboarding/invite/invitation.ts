import type { Config } from "../../config/config.ts";
import { buildConsentLink } from "../../domain/consent-link.ts";
import type { Customer } from "../../domain/customer.ts";
import { omitUndefined } from "../../domain/omit-undefined.ts";
import { type PortalLinks, portalLinks } from "../../domain/portal-links.ts";
import { renderAccessFile } from "../emit/access-files.ts";
import { type AccessRequest, accessRequest, type Creates } from "../emit/access-request.ts";
import type { Publisher } from "./publisher.ts";

/** A way to assign the roles: the text of a file, and the name under which it lies beside the page. */
export type AccessWay = { readonly title: string; readonly file?: string; readonly text: string };

/** Everything that an invitation says. What is not known is absent, and the page says so. */
export type Invitation = {
  readonly request: AccessRequest;
  readonly host: string;
  readonly publisher: Publisher;
  /** The name that the provider gave itself in the config. */
  readonly provider?: string;
  readonly consentLink: string;
  readonly portal?: PortalLinks;
  readonly ways: readonly AccessWay[];
  /** What the administrator must fill in, because the config does not have it. */
  readonly placeholders: readonly string[];
  readonly madeAt: Date;
  /** When the customer was invited before. */
  readonly invitedBefore?: Date;
};

export type InvitationOptions = {
  readonly publisher: Publisher;
  readonly creates: Creates;
  readonly madeAt: Date;
  readonly invitedBefore?: Date | undefined;
};

/** Puts an invitation together from the config. It makes no call to Azure. */
export function composeInvitation(
  config: Config,
  customer: Customer,
  { publisher, creates, madeAt, invitedBefore }: InvitationOptions,
): Invitation {
  const text = (form: "az" | "bicep" | "terraform" | "portal") =>
    renderAccessFile(config, customer, form, creates).text;
  return {
    request: accessRequest(config, customer, creates),
    host: customer.namespace,
    publisher,
    consentLink: buildConsentLink(config.cloud, config.provider, customer),
    ways: [
      { title: "Azure CLI", file: "grant-access.sh", text: text("az") },
      { title: "Bicep", file: "grant-access.bicep", text: text("bicep") },
      { title: "Terraform", file: "grant-access.tf", text: text("terraform") },
      { title: "Portal", text: text("portal") },
    ],
    placeholders: [
      ...(customer.subscriptionId === undefined ? ["subscription id"] : []),
      ...(customer.resourceGroup === undefined ? ["resource group"] : []),
    ],
    madeAt,
    ...omitUndefined({ provider: config.provider.name, portal: portalLinks(config.cloud, customer), invitedBefore }),
  };
}
