import type { AccessRequest } from "./access-request.ts";

/** The same steps for the Azure portal, with the portal's names. */
export const portalSteps = (
  request: AccessRequest,
  consentLink: string,
): string => `For the administrator of ${request.customer} (tenant ${request.tenantId}):

1. Open this link, sign in with an account of your tenant, check that the application id is
   ${request.clientId}, and accept:
   ${consentLink}
2. Open the Azure portal, then ${place(request)}.
${request.assignments
  .map(
    (
      { roleName, queue },
      index,
    ) => `${index + 3}. Queues > ${queue} > Access control (IAM) > Add role assignment > ${roleName} > Members: User, group, or
   service principal > select the app by its name, and check that its application id is the one above > Review + assign.`,
  )
  .join("\n")}

Nothing else is needed: no secret is exchanged, and the app can do nothing beyond these roles.
`;

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
