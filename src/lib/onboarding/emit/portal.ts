import type { AccessRequest } from "./request.ts";

/** The same by hand, in the words of the Azure portal. */
export const portalSteps = (
  request: AccessRequest,
  consentLink: string,
): string => `For the administrator of ${request.customer} (tenant ${request.tenantId}):

1. Open this link, sign in with an account of your tenant, check that the application id is
   ${request.clientId}, and accept:
   ${consentLink}
2. Open the Azure portal, then the Service Bus namespace ${request.namespace}.
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
