import type { FailureCode } from "../../lib/errors/catalog/catalog.ts";

const consent = "xtenant onboard {customer} (after a new consent, wait a few minutes)";
const enableApp = "ask {customer} to enable the app, or: xtenant customers remove {customer}";
const allowTenants = "set signInAudience of the app registration to AzureADMultipleOrgs";
const compareFederatedCredential =
  "compare the app's federated credential with the value in the service's message; if the credential is new, wait 5 minutes";
const useManagedIdentity =
  "use a user-assigned managed identity of the provider's tenant as the app's federated credential";
const checkTenant = "check the tenant id of {customer} and the cloud in the config";
const useOtherCloud = "use a config for that cloud, with an app registered there";
const registerServiceBus = "register the Microsoft.ServiceBus resource provider in a subscription of that tenant";
const registerRedirect = "register provider.consentRedirectUri of the config on the app";
const addPermission = "add openid or User.Read to the app's required permissions, or use scope=openid";
const checkRequest = "check the credential and the cloud in the config; if they are right, report this error";
const signInThere = "sign in with an account of that tenant: az login --tenant {tenant}";
const administratorConsent =
  "ask a Cloud Application Administrator of the customer to open the link of: xtenant onboard {customer} --url";
const allowedDevice = "sign in with an account and a device that the tenant's policies allow";
const allowBetweenTenants =
  "ask the administrators of both tenants to allow the sign-in, or use an account of tenant {tenant}";
const useOwner =
  "use an Owner, User Access Administrator or Role Based Access Control Administrator of the subscription";
const checkResource = "check subscriptionId, resourceGroup and namespace of customers.{customer} in the config";
const repeatWithMessageId = "repeat the command with the same --message-id";
const checkNetwork = "check the network, the proxy (HTTPS_PROXY), and the cloud in the config; is the sandbox running?";
const checkName =
  "check the namespace and the cloud in the config, the name servers of this network, and the proxy (HTTPS_PROXY)";
const checkCredentialKind = "check the credential kind in the config; for azure-cli: az login --tenant {tenant}";
const repeatLater = "repeat the command later";
const done = "nothing: xtenant counts it as done";

/** What to do about the codes of Azure and of the network. */
export const azureRemedies = {
  AADSTS700016: consent,
  AADSTS7000229: consent,
  AADSTS700011: consent,
  AADSTS7000112: enableApp,
  AADSTS70001: enableApp,
  AADSTS650059: allowTenants,
  AADSTS50194: allowTenants,
  AADSTS7000215: "store the secret's value where the config's credential points",
  AADSTS7000222: "create a new credential, if possible a federated one: xtenant app credential add",
  AADSTS700025: "set 'allow public client flows' to no on the app registration",
  AADSTS700027: "upload the public part of the certificate to the app registration",
  AADSTS700024: "set the clock, or renew the assertion file",
  AADSTS700030: "upload the certificate to the app registration, with the app's own certificate first in the file",
  AADSTS50027: "check the file or the service that gives the assertion: xtenant whoami {customer} --why",
  AADSTS70025: "xtenant app credential add --federated managed-identity --subject <object id>",
  AADSTS70021: compareFederatedCredential,
  AADSTS700211: compareFederatedCredential,
  AADSTS700212: compareFederatedCredential,
  AADSTS7002121: compareFederatedCredential,
  AADSTS700213: compareFederatedCredential,
  AADSTS7002131: compareFederatedCredential,
  AADSTS7002138:
    "xtenant app credential list; add the credential again with the subject as the service's message writes it",
  AADSTS700214:
    "remove the credential and add it again without --audience: xtenant app credential add --federated managed-identity --subject <object id>",
  AADSTS700223: "ask the provider's administrator to allow federated credentials in the app management policies",
  AADSTS700222: useManagedIdentity,
  AADSTS700226: useManagedIdentity,
  AADSTS700227: useManagedIdentity,
  AADSTS700229: useManagedIdentity,
  AADSTS700231: useManagedIdentity,
  AADSTS700236: useManagedIdentity,
  AADSTS90002: checkTenant,
  AADSTS900021: checkTenant,
  AADSTS900023: checkTenant,
  AADSTS5000224: checkTenant,
  AADSTS90038: useOtherCloud,
  AADSTS900382: useOtherCloud,
  AADSTS900432: useOtherCloud,
  AADSTS500011: registerServiceBus,
  AADSTS650052: registerServiceBus,
  AADSTS65005: registerServiceBus,
  AADSTS500014: "ask {customer} to enable the Azure Service Bus service principal",
  AADSTS50011: registerRedirect,
  AADSTS900971: registerRedirect,
  AADSTS650056: addPermission,
  AADSTS650057: addPermission,
  AADSTS90008: addPermission,
  AADSTS500131: checkRequest,
  AADSTS900561: "open the consent link again: xtenant onboard {customer} --url",
  AADSTS9002313: checkRequest,
  AADSTS900144: checkRequest,
  AADSTS90023: checkRequest,
  AADSTS90006: repeatLater,
  AADSTS90012: repeatLater,
  AADSTS90024: repeatLater,
  AADSTS90033: repeatLater,
  AADSTS90055: repeatLater,
  AADSTS500113: registerRedirect,
  AADSTS70011: checkRequest,
  AADSTS1002012: checkRequest,
  AADSTS50196: "wait a few minutes, then run the command less often",
  AADSTS50020: signInThere,
  AADSTS16000: signInThere,
  AADSTS50034: signInThere,
  AADSTS51004: signInThere,
  AADSTS90072: signInThere,
  AADSTS50057: "use another account: az login --tenant {tenant}",
  AADSTS90099: administratorConsent,
  AADSTS650051:
    "repeat the command in a minute; if the error stays, remove the enterprise application and consent again: xtenant onboard {customer}",
  AADSTS7000113: signInThere,
  AADSTS50105: "assign the user to the enterprise application, or set 'assignment required' to no",
  AADSTS65001: administratorConsent,
  AADSTS65004: administratorConsent,
  AADSTS90093: administratorConsent,
  AADSTS90094: administratorConsent,
  AADSTS90095: administratorConsent,
  AADSTS900941: administratorConsent,
  AADSTS900981: administratorConsent,
  AADSTS53000: allowedDevice,
  AADSTS53001: allowedDevice,
  AADSTS53002: allowedDevice,
  AADSTS53003: allowedDevice,
  AADSTS530035: allowedDevice,
  AADSTS50131: allowedDevice,
  AADSTS50076: allowedDevice,
  AADSTS50079: allowedDevice,
  AADSTS500021: allowBetweenTenants,
  AADSTS500022: allowBetweenTenants,
  AADSTS500212: allowBetweenTenants,
  AADSTS500213: allowBetweenTenants,

  Authorization_RequestDenied:
    "use a Cloud Application Administrator with Application.ReadWrite.All, or the link of: xtenant onboard {customer} --url",
  Request_ResourceNotFound: checkResource,
  InvalidAuthenticationToken: useOwner,
  InvalidAuthenticationTokenTenant:
    "check customers.{customer}.subscriptionId in the config; with az: az login --tenant {tenant}",
  AuthorizationFailed: useOwner,
  ConditionNotFulfilled:
    "compare the condition with the role above (after --emit delegation, only --role least-privilege is allowed), or ask an Owner",
  LinkedAuthorizationFailed: useOwner,
  PrincipalNotFound: "repeat in a minute: xtenant grant {customer}",
  RoleAssignmentUpdateNotPermitted: "remove that assignment, then: xtenant grant {customer}",
  RoleAssignmentLimitExceeded: "remove assignments that are no longer used",
  SubscriptionNotFound: checkResource,
  ResourceGroupNotFound: checkResource,
  ResourceNotFound: checkResource,
  ParentResourceNotFound: checkResource,
  Request_BadRequest: "repeat in a minute; if the error stays, check provider.clientId in the config",
  Request_MultipleObjectsWithSameKeyValue: done,
  RoleAssignmentExists: done,
  ScopeLocked: "ask {customer} to remove the lock of the scope in the service's message, then repeat the command",
  ReadOnlyDisabledSubscription: "ask {customer} to enable the subscription again, then repeat the command",
  RequestDisallowedByPolicy: "ask {customer} for an exemption from the policy in the service's message",
  CredentialTypeNotAllowedAsPerAppPolicy:
    "use another kind, if possible a federated one: xtenant app credential add --federated; or ask for an exemption from the policy",
  DenyAssignmentAuthorizationFailed:
    "ask {customer} to exclude the administrator from the deny assignment, or to change the managed application",
  TooManyRequests: repeatLater,
  ServiceUnavailable: repeatLater,

  UnauthorizedAccess:
    "a new role takes up to 10 minutes; without a role: xtenant grant {customer} --wait; with one, check the queue names of customers.{customer} in the config",
  InvalidIssuer: "correct tenantId or namespace of customers.{customer} in the config",
  IpNotAllowed: "ask {customer} to allow the address, or use a private endpoint",
  MessagingEntityNotFound: "check the namespace and the queue names of customers.{customer} in the config",
  MessagingEntityDisabled: "ask {customer} to enable the queue",
  MessageSizeExceeded: "send a smaller body, or a reference to the content",
  QuotaExceeded: "ask {customer} to drain the queue",
  ServiceBusy: "wait at least 10 seconds, then repeat",
  ServiceTimeout: repeatWithMessageId,
  ServiceCommunicationProblem: repeatWithMessageId,
  MessageNotFound: "list the messages: xtenant scheduled list {customer}; xtenant poll {customer} --peek",
  MessageLockLost: "nothing; expect the message once more",
  GeneralError: "check the namespace name; where port 5671 is blocked: --transport websocket (port 443)",
  SessionLockLost: "nothing; expect the messages once more",
  QueueForwards:
    "turn off forwarding for the queue, or name the queue that it forwards to in customers.{customer} of the config",
  SessionCannotBeLocked: "end the other receiver, or wait until its lock ends",
  SessionRequired: "accept sessions; xtenant poll does so automatically",
  LocalAuthDisabled: "use an Entra identity; xtenant never uses shared keys",
  ArgumentError: "correct the value that the service's message names",
  InternalServerError: repeatWithMessageId,
  TokenNotAccepted:
    "set the clock of this machine and repeat the command; if the error stays: xtenant whoami {customer} --why",
  AdministrationRefused: "repeat the command; if the error stays: xtenant verify {customer}",
  UnknownAzureCode: "see the service's own message; report it, so that the catalog learns the code",

  ENOTFOUND: checkName,
  EAI_AGAIN: checkName,
  ECONNREFUSED: checkNetwork,
  ECONNRESET: checkNetwork,
  ETIMEDOUT: checkNetwork,
  ENETUNREACH: checkNetwork,
  EHOSTUNREACH: checkNetwork,
  EPIPE: checkNetwork,
  endpoints_resolution_error: checkNetwork,
  network_error: checkNetwork,
  ConnectionFailed: checkNetwork,
  OperationTimeout: checkNetwork,
  NoAnswer: "check the network, and that port 443 is open, then repeat",
  ForeignAnswer: "sign in to the network, or check HTTPS_PROXY and NO_PROXY; then repeat the command",
  TooManyOpenFiles:
    "raise the limit (ulimit -n <customers + 100>, LimitNOFILE= of a service), or divide the customers with --shard",
  HeapLimitReached:
    "allow more, such as NODE_OPTIONS=--max-old-space-size=512, or divide the customers with --shard; messages that were not settled are in their queues",
  AnswerTooLarge: "check HTTPS_PROXY and NO_PROXY: another server answers instead of Azure",
  InvalidAmqp:
    "check that the namespace is right and that no proxy answers in its place; a proxy that only allows HTTP needs --transport websocket",
  CertificateNotTrusted:
    "check the clock of this machine, or set NODE_EXTRA_CA_CERTS to the PEM file of your proxy's certificate authority; otherwise do not trust this network",
  ProxyInvalid: "set {variable} to http://<host>:<port>",
  ProxyAuthenticationRequired:
    "put the user and the password for the proxy into HTTPS_PROXY: http://<user>:<password>@<host>:<port>",
  LinkNotOpened: "nothing: xtenant reconnects automatically; if it recurs, check the network",
  CredentialUnavailableError: checkCredentialKind,
  AuthenticationRequiredError: checkCredentialKind,
  AuthenticationError: checkCredentialKind,
} as const satisfies Partial<Record<FailureCode, string>>;
