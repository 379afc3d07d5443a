export { addCredentialFile, addFederatedCredential } from "../app-registration/add-credential.ts";
export { createApp, planApp } from "../app-registration/create-app.ts";
export { credentialExpiry, expiresSoon, expiryWarningDays } from "../app-registration/credential-expiry.ts";
export {
  type CredentialFileKind,
  credentialFilePath,
  defaultDays,
  expiryAfter,
  newCredentialName,
} from "../app-registration/credential-file.ts";
export {
  type CredentialRecord,
  credentialRecord,
  readCurrentFingerprint,
} from "../app-registration/credential-record.ts";
export { federatedTrustNames, federatedTrustOf, type TrustDescription } from "../app-registration/federated-trust.ts";
export { findProviderApp } from "../app-registration/provider-app.ts";
export { abortRotation, type RotationStep, rotateCredential } from "../app-registration/rotate-credential.ts";
export {
  type AppCredential,
  type AppDrift,
  type AppRegistration,
  appDriftOf,
  daysUntil,
  landingPage,
  wantedApp,
} from "../domain/app-registration.ts";
export { credentialName, gitHubRepository, issuerUrl } from "../domain/federated-credential.ts";
