import { plainLine } from "../../domain/plain-text.ts";
import type { Invitation } from "./invitation.ts";
import { inviterOf } from "./invitation-page.ts";

/** The text of the e-mail with the page and the scripts as attachments. The first line is the subject. */
export function invitationMail(invitation: Invitation): string {
  const { request, consentLink, host, ways, invitedBefore } = invitation;
  const who = plainLine(inviterOf(invitation));
  const again = invitedBefore === undefined ? "" : `This is a reminder: we wrote to you on ${day(invitedBefore)}.\n\n`;
  return `Subject: ${invitedBefore === undefined ? "" : "Reminder: "}access of ${who} to two queues in ${host}

Hello,

${again}we ask you for access to two queues of your Service Bus namespace
${host}:

${request.assignments.map(({ roleName, queue }) => `  - ${queue}: ${roleName}`).join("\n")}

The app may do nothing else, and no secret is exchanged. Two steps are needed:

  1. Consent, as Cloud Application Administrator of your tenant:
     ${consentLink}
  2. Assign the two roles, as Owner of the queues: with one of the attached files
     (${ways.flatMap(({ file }) => file ?? []).join(", ")}), or in the portal.

Please open the attached page invitation.html first. It says who asks, what the app may do and may not do, how to
check it, and how to end it.

Before you consent, compare these values with us in another way than by mail:

  application id        ${request.clientId}
  our tenant            ${request.providerTenantId}
  your tenant           ${request.tenantId}
`;
}

const day = (at: Date) => at.toISOString().slice(0, 10);
