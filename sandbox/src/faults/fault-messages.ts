type ErrorMessages = Readonly<Record<string, { readonly status: number; readonly message: string }>>;

/** Status and message of Graph's codes that a scenario may ask for (Microsoft Graph error responses). */
export const graphMessages: ErrorMessages = {
  Authorization_RequestDenied: { status: 403, message: "Insufficient privileges to complete the operation." },
  InvalidAuthenticationToken: { status: 401, message: "Access token validation failure." },
  Request_BadRequest: { status: 400, message: "The request is not valid." },
  Request_MultipleObjectsWithSameKeyValue: { status: 409, message: "Another object with the same value exists." },
  Request_ResourceNotFound: {
    status: 404,
    message: "Resource does not exist, or an object it refers to is not present.",
  },
  serviceNotAvailable: { status: 503, message: "The service is not available; try again later." },
};

/** Status and message of Resource Manager's codes that a scenario may ask for (Azure RBAC troubleshooting, ARM common errors). */
export const armMessages: ErrorMessages = {
  AuthorizationFailed: { status: 403, message: "The client does not have authorization to perform this action." },
  InvalidAuthenticationToken: { status: 401, message: "The access token is invalid." },
  InvalidAuthenticationTokenTenant: { status: 401, message: "The access token is from the wrong issuer." },
  LinkedAuthorizationFailed: {
    status: 403,
    message: "The client has permission for the scope, but not for a linked scope, or the linked scope is invalid.",
  },
  PrincipalNotFound: { status: 400, message: "The principal does not exist in the directory." },
  ResourceGroupNotFound: { status: 404, message: "The resource group could not be found." },
  ResourceNotFound: { status: 404, message: "The resource was not found." },
  RoleAssignmentExists: { status: 409, message: "The role assignment already exists." },
  RoleAssignmentLimitExceeded: { status: 400, message: "No more role assignments can be created." },
  RoleAssignmentUpdateNotPermitted: { status: 400, message: "The properties of the assignment may not be updated." },
  ServerBusy: { status: 503, message: "The service is busy; try again later." },
  SubscriptionNotFound: { status: 404, message: "The subscription could not be found." },
};

/** What Entra says with codes that only a scenario makes it give (Entra error code reference). */
export const entraMessages: Readonly<Record<string, string>> = {
  AADSTS50011: "The redirect URI specified in the request does not match those configured for the application.",
  AADSTS50020: "The user account from another identity provider does not exist in the tenant.",
  AADSTS50076:
    "You must use multi-factor authentication to access the resource, because of a policy or a new location.",
  AADSTS50079: "You must enroll in multi-factor authentication to access the resource.",
  AADSTS50194: "The application is not configured as a multi-tenant application.",
  AADSTS50196: "The server ended the operation, because it met a client request loop.",
  AADSTS53003: "Access has been blocked by Conditional Access policies.",
  AADSTS65001: "The user or administrator has not consented to use the application.",
  AADSTS65004: "The user declined to consent to access the app.",
  AADSTS70021: "No matching federated identity record was found for the presented assertion.",
  AADSTS90094: "Administrator consent is required for the permissions requested.",
  AADSTS500011: "The resource principal was not found in the tenant.",
  AADSTS700011: "The application was not found in the directory.",
  AADSTS900382: "Confidential clients are not supported across clouds.",
};

/** What Service Bus says with conditions that only a scenario makes it give, short of its tracking ids. */
export const amqpMessages: Readonly<Record<string, string>> = {
  "amqp:internal-error": "The service was unable to process the request; please retry the operation.",
  "amqp:unauthorized-access": "Unauthorized access.",
  "com.microsoft:entity-disabled": "The messaging entity is currently disabled.",
  "com.microsoft:message-lock-lost":
    "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.",
  "com.microsoft:server-busy": "The request was terminated because the entity is being throttled. Error code : 50009.",
  "com.microsoft:session-cannot-be-locked": "The requested session cannot be accepted.",
  "com.microsoft:session-lock-lost": "The session lock has expired on the MessageSession. Accept a new MessageSession.",
  "com.microsoft:timeout": "The operation did not complete within the allotted timeout.",
};
