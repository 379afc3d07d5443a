import type { PortalLinks } from "../../domain/portal-links.ts";
import type { AccessRequest } from "./access-request.ts";

/** The same steps for the Azure portal, with the portal's names, and with links to what is there already. */
export const portalSteps = (
  request: AccessRequest,
  consentLink: string,
  links?: PortalLinks,
): string => `For the administrator of ${request.customer} (tenant ${request.tenantId}):

1. Open this link, sign in with an account of your tenant, check that the application id is
   ${request.clientId}, and accept:
   ${consentLink}
2. Open the Azure portal, then ${place(request)}.${linkLine(request.creates === "namespace" ? undefined : links?.namespace)}
${request.assignments
  .map(
    (
      { roleName, queue },
      index,
    ) => `${index + 3}. Queues > ${queue} > Access control (IAM) > Add role assignment > ${roleName} > Members: User, group, or
   service principal > select the app by its name, and check that its application id is the one above > Review + assign.${linkLine(request.creates === "nothing" ? queueLinks(links)[index] : undefined)}`,
  )
  .join("\n")}

Nothing else is needed: no secret is exchanged, and the app can do nothing beyond these roles.
`;

const linkLine = (link: string | undefined) => (link === undefined ? "" : `\n   ${link}`);

/** In the order of the assignments: the command queue, then the status queue. */
const queueLinks = (links: PortalLinks | undefined) => [links?.commandQueue, links?.statusQueue];

function place({ namespace, resourceGroup, creates, assignments }: AccessRequest): string {
  const queues = assignments.map(({ queue }) => queue).join(" and ");
  switch (creates) {
    case "nothing":
      return `the Service Bus namespace ${namespace}`;
    case "queues":
      return `the Service Bus namespace ${namespace}; with + Queue create ${queues}, each with
   duplicate detection`;
    case "namespace":
      return `the resource group ${resourceGroup} > Create > Service Bus: name ${namespace}, pricing tier
   Standard, local authentication disabled; in it, with + Queue, create ${queues}, each with duplicate detection`;
  }
}
