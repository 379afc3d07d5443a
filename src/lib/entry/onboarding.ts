export type { Check } from "../domain/onboarding-checks.ts";
export { type GrantScope, responderAssignments, wantedAssignments } from "../domain/role-access.ts";
export { type AccessDrift, accessDriftOf } from "../onboarding/access-drift.ts";
export {
  type ConsentStep,
  consentByGraph,
  consentByLink,
  consentInBrowser,
  planConsentByGraph,
  resolveTenant,
} from "../onboarding/consent.ts";
export { type EffectiveAccess, readEffectiveAccess } from "../onboarding/effective-access.ts";
export { type AccessFile, renderAccessFile } from "../onboarding/emit/access-files.ts";
export type { Creates } from "../onboarding/emit/access-request.ts";
export { type EmitForm, emitForms } from "../onboarding/emit/emit-forms.ts";
export { explainRefusal } from "../onboarding/explain-refusal.ts";
export {
  assignRoles,
  defaultWaitMilliseconds,
  type GrantStep,
  servicePrincipalOf,
  waitForAccess,
  waitForPrincipal,
} from "../onboarding/grant-role.ts";
export { composeInvitation, type Invitation } from "../onboarding/invite/invitation.ts";
export { invitationMail } from "../onboarding/invite/invitation-mail.ts";
export { invitationPage } from "../onboarding/invite/invitation-page.ts";
export { type InvitationState, invitationState, readSeen } from "../onboarding/invite/invitation-state.ts";
export { readPublisher } from "../onboarding/invite/publisher.ts";
export { linkFor } from "../onboarding/link-for.ts";
export { type CustomerEnd, onboardCustomers } from "../onboarding/onboard-customers.ts";
export {
  type AccessOwner,
  describeOwner,
  leftBehind,
  notAllowed,
  principalOf,
  type RemovedPrincipal,
  type RemovedRole,
  removePrincipal,
  removeRoles,
} from "../onboarding/revoke-access.ts";
export { defaultRoundTripMilliseconds, type RoundTrip, runRoundTrip } from "../onboarding/round-trip.ts";
export { checkCustomer } from "../onboarding/verify-customer.ts";
