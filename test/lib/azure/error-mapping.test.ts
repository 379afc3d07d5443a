import { AggregateAuthenticationError, AuthenticationRequiredError } from "@azure/identity";
import { describe, expect, test } from "vitest";
import { mapAzureError, withErrorMapping } from "../../../src/lib/azure/error-mapping.ts";
import { Failure } from "../../../src/lib/errors/failure.ts";
import { brokerError, restError } from "../../fakes/azure-errors.ts";
import { ids } from "../../fakes/config-document.ts";

const namespace = "acme-messages.servicebus.windows.net";
const place = { customer: "acme", tenant: ids.acme, namespace };

describe("a refusal of Entra", () => {
  const sentence = "AADSTS7000229: The client application is missing service principal in the tenant.";

  test("is found in the text of the identity SDK", () => {
    const message = `invalid_client: Error(s): 7000229 - Timestamp: 2026-01-01 - Description: ${sentence}\r\nTrace ID: t - Correlation ID: c - Timestamp: now`;

    expect(mapAzureError(new AuthenticationRequiredError({ scopes: [], message }), place)).toMatchObject({
      kind: "auth",
      code: "AADSTS7000229",
      detail: `${sentence} Trace ID: t`,
    });
  });

  test("is found in the number of the inner error when the text has none", () => {
    const cause = Object.assign(new Error("x"), { errorNo: 700016 });

    expect(mapAzureError(new Error("refused", { cause }), place)).toMatchObject({
      code: "AADSTS700016",
      message: expect.stringContaining(`tenant ${ids.acme}`),
      params: expect.objectContaining({ customer: "acme" }),
    });
  });

  test("with an unknown number is still a refusal", () => {
    expect(mapAzureError(new Error("AADSTS9999999: something new"), place)).toMatchObject({
      kind: "auth",
      code: "UnknownAzureCode",
      serviceCode: "AADSTS9999999",
      message: "Entra refused to issue a token (AADSTS9999999)",
    });
  });

  test("counts more than the name of the SDK's error", () => {
    expect(mapAzureError(restError(400, "invalid_grant", sentence), place)).toMatchObject({ code: "AADSTS7000229" });
    expect(mapAzureError(brokerError("UnauthorizedAccess", sentence), place)).toMatchObject({ code: "AADSTS7000229" });
  });
});

describe("a missing claim", () => {
  const error = brokerError("UnauthorizedAccess", "Unauthorized access. 'Listen' claim(s) are required.");

  test("is that of the provider's app, or of the customer's responder where that identity is used", () => {
    expect(mapAzureError(error, place)).toMatchObject({
      code: "UnauthorizedAccess",
      remedy: "UnauthorizedAccess",
      message: expect.stringMatching(/^the app has no Listen claim/),
    });
    expect(mapAzureError(error, { ...place, isResponder: true })).toMatchObject({
      code: "UnauthorizedAccess",
      remedy: "ResponderRefused",
      message: expect.stringMatching(/^acme's responder has no Listen claim/),
    });
  });
});

describe("the errors of several attempts", () => {
  test.each([
    ["of the language", new AggregateError([new Error("AADSTS90002: first"), restError(403, "AuthorizationFailed")])],
    [
      "of the identity SDK",
      new AggregateAuthenticationError([new Error("AADSTS90002: first"), restError(403, "AuthorizationFailed")]),
    ],
    ["in several", new AggregateError([new AggregateError([restError(403, "AuthorizationFailed")])])],
  ])("%s are mapped by the last one", (_, error) => {
    expect(mapAzureError(error, place)).toMatchObject({ code: "AuthorizationFailed", kind: "forbidden", cause: error });
  });

  test.each([[[]], [["text"]]])("without an inner error are unknown: %j", (errors) => {
    const error = new AggregateError(errors, "none");

    expect(mapAzureError(error, place)).toBe(error);
  });
});

describe("the broker's code UnauthorizedAccess", () => {
  test.each([
    ["Unauthorized access. 'Send' claim(s) are required", "UnauthorizedAccess", "forbidden"],
    ["InvalidIssuer: Token issuer is invalid", "InvalidIssuer", "auth"],
    ["LocalAuthDisabled: SAS authentication has been disabled for the namespace.", "LocalAuthDisabled", "auth"],
    ["Ip has been prevented to connect to the endpoint", "IpNotAllowed", "forbidden"],
    ["ip has been prevented to connect", "IpNotAllowed", "forbidden"],
    ["ExpiredToken: The token is expired. TrackingId:x", "TokenNotAccepted", "auth"],
    ["InvalidSignature: The token has an invalid signature.", "TokenNotAccepted", "auth"],
  ])("%s is %s", (message, code, kind) => {
    for (const one of ["UnauthorizedAccess", "UnauthorizedError"])
      expect(mapAzureError(brokerError(one, message), place)).toMatchObject({ code, kind });
  });

  test("names the missing claim", () => {
    const refused = (text: string) => mapAzureError(brokerError("UnauthorizedAccess", `Unauthorized: ${text}`), place);

    expect(refused("'Listen' claim is required")).toMatchObject({
      message: expect.stringContaining("no Listen claim"),
    });
    expect(refused("no more")).toMatchObject({ message: expect.stringContaining("no needed claim") });
  });

  test("is examined only for that code", () => {
    expect(mapAzureError(brokerError("ServiceBusy", "InvalidIssuer"), place)).toMatchObject({ code: "ServiceBusy" });
  });
});

describe("the names of the AMQP library", () => {
  test.each([
    ["MessagingEntityNotFoundError", "MessagingEntityNotFound"],
    ["MessagingEntityDisabledError", "MessagingEntityDisabled"],
    ["MessageLockLostError", "MessageLockLost"],
    ["SessionLockLostError", "SessionLockLost"],
    ["SessionCannotBeLockedError", "SessionCannotBeLocked"],
    ["MessageTooLargeError", "MessageSizeExceeded"],
    ["QuotaExceededError", "QuotaExceeded"],
    ["ServerBusyError", "ServiceBusy"],
    ["OperationTimeoutError", "ServiceTimeout"],
    ["ServiceUnavailableError", "ServiceTimeout"],
    ["ServiceCommunicationError", "ServiceCommunicationProblem"],
  ])("%s is the SDK's %s", (name, code) => {
    expect(mapAzureError(brokerError(name, "refused"), place)).toMatchObject({ code });
    expect(mapAzureError(brokerError(code, "refused"), place)).toMatchObject({ code });
  });

  test("a code of Service Bus that the catalog does not know is unavailable, and is not called unreachable", () => {
    expect(mapAzureError(brokerError("SomethingNew", "refused"), place)).toMatchObject({
      kind: "unavailable",
      code: "UnknownAzureCode",
      serviceCode: "SomethingNew",
      retryable: true,
    });
  });
});

describe("the broker's code GeneralError", () => {
  test.each([
    ["ArgumentError: The 'lock-token' property is not valid. TrackingId:x", "ArgumentError", "usage", undefined],
    ["ArgumentOutOfRangeError: x", "ArgumentError", "usage", undefined],
    [
      "InternalServerError: The service was unable to process the request. TrackingId:x",
      "InternalServerError",
      "unavailable",
      undefined,
    ],
    [
      "DetachForcedError: The link 'x' is force detached. TrackingId:x",
      "ServiceCommunicationProblem",
      "unavailable",
      undefined,
    ],
    ["InvalidOperationError: Something new. TrackingId:x", "UnknownAzureCode", "unavailable", "InvalidOperationError"],
    ["A condition that the SDK has no name for. TrackingId:x", "UnknownAzureCode", "unavailable", "GeneralError"],
    ["ENOTFOUND: getaddrinfo ENOTFOUND acme-bus.servicebus.windows.net", "GeneralError", "unavailable", undefined],
    ["SystemError: connect ECONNREFUSED 127.0.0.1:1", "GeneralError", "unavailable", undefined],
  ])("an answer of the service is not a blocked port: %s", (message, code, kind, serviceCode) => {
    const failure = mapAzureError(brokerError("GeneralError", message), place);

    expect(failure).toMatchObject({ code, kind });
    expect((failure as Failure).serviceCode).toBe(serviceCode);
  });
});

describe("an outage of Entra", () => {
  const refused = (errorCode: string, status: number | undefined, errorNo: number | undefined, name?: string) => {
    const cause = Object.assign(new Error(errorCode), { name: "ServerError", errorCode, status, errorNo });
    return Object.assign(new Error(`${errorCode}: said`, { cause }), name === undefined ? {} : { name });
  };

  test.each([
    [refused("invalid_client", 503, 700016), "ServiceUnavailable", "HTTP 503, AADSTS700016"],
    [refused("server_error", 500, undefined), "ServiceUnavailable", "HTTP 500"],
    [refused("temporarily_unavailable", undefined, 1234567), "ServiceUnavailable", "AADSTS1234567"],
    [refused("invalid_request", 429, 1234567), "TooManyRequests", "HTTP 429, AADSTS1234567"],
  ])("is never a refusal, whatever the code: %#", (error, code, codes) => {
    const failure = mapAzureError(error, place);

    expect(failure).toMatchObject({ code, kind: "unavailable", retryable: true });
    expect((failure as Failure).message).toContain(`(${codes})`);
  });

  test("is not one of the machine's own identity endpoint", () => {
    expect(mapAzureError(refused("x", 500, undefined, "CredentialUnavailableError"), place)).toMatchObject({
      code: "ServiceUnavailable",
      message: expect.stringContaining("the identity endpoint of this machine"),
    });
  });

  test("a refusal without a number keeps Entra's word", () => {
    expect(mapAzureError(refused("unauthorized_client", 400, undefined), place)).toMatchObject({
      kind: "auth",
      code: "UnknownAzureCode",
      serviceCode: "unauthorized_client",
      message: "Entra refused to issue a token (HTTP 400, unauthorized_client)",
    });
  });
});

test("the service's advice to wait is part of the message", () => {
  const response = { headers: new Map([["retry-after", "17"]]) };
  const error = Object.assign(restError(503, "SomethingNew"), { response });

  expect(mapAzureError(error, place)).toMatchObject({
    message: "the service is busy; it asks for a pause of 17 s (HTTP 503, SomethingNew)",
  });
});

describe("a refusal that hides behind another code", () => {
  const refusal = "The client does not have authorization or an ABAC condition not fulfilled to perform action.";

  test("by a condition on the administrator's role has a code of its own", () => {
    expect(mapAzureError(restError(403, "AuthorizationFailed", refusal), place)).toMatchObject({
      code: "ConditionNotFulfilled",
      kind: "forbidden",
    });
  });

  test("of a receiver without sessions is recognized by its text", () => {
    const text = "It is not possible for an entity that requires sessions to create a non-sessionful message receiver.";

    expect(mapAzureError(brokerError("InvalidOperation", text), place)).toMatchObject({ code: "SessionRequired" });
  });
});

describe("an HTTP answer that no table has", () => {
  test.each([
    [400, "usage", false],
    [401, "auth", false],
    [403, "forbidden", false],
    [404, "notFound", false],
    [409, "conflict", false],
    [429, "unavailable", true],
    [500, "unavailable", true],
    [503, "unavailable", true],
  ])("%d is of the kind %s", (status, kind, retryable) => {
    expect(mapAzureError(restError(status, "SomethingNew"), place)).toMatchObject({
      code: "UnknownAzureCode",
      serviceCode: "SomethingNew",
      kind,
      retryable,
    });
    expect(mapAzureError(restError(status), place)).toMatchObject({ serviceCode: String(status), kind });
  });
});

describe("a missing network", () => {
  test.each([
    ["ENOTFOUND", new Error(`getaddrinfo ENOTFOUND ${namespace}`)],
    ["ECONNREFUSED", Object.assign(new Error("connect"), { code: "ECONNREFUSED" })],
    ["ETIMEDOUT", new Error("fetch failed", { cause: new Error("connect ETIMEDOUT 10.0.0.4:443") })],
    ["ECONNREFUSED", Object.assign(restError(0), { statusCode: undefined, code: "ECONNREFUSED" })],
    ["endpoints_resolution_error", new Error("endpoints_resolution_error: Endpoints cannot be resolved")],
    ["ConnectionFailed", new Error("Failed to connect")],
    ["ConnectionFailed", new Error("The connection was closed by the peer")],
    ["OperationTimeout", Object.assign(new Error("slow"), { name: "OperationTimeoutError" })],
  ])("%s may be there later", (code, error) => {
    expect(mapAzureError(error, place)).toMatchObject({
      kind: "unavailable",
      code,
      retryable: true,
      actor: "operator",
    });
  });
});

describe("a proxy that requires a sign-in", () => {
  const ofFetch = new Error("Request was cancelled.", {
    cause: new Error("Proxy response (407) !== 200 when HTTP Tunneling"),
  });

  test.each([
    ["of Node's fetch", new TypeError("fetch failed", { cause: ofFetch })],
    ["of a WebSocket", new Error("Unexpected server response: 407")],
  ])("is recognized in the error %s", (_, error) => {
    expect(mapAzureError(error, place)).toMatchObject({ kind: "unavailable", code: "ProxyAuthenticationRequired" });
  });
});

test("a certificate that is not trusted is not a missing network", () => {
  const error = brokerError("GeneralError", "SELF_SIGNED_CERT_IN_CHAIN: self-signed certificate in certificate chain");

  expect(mapAzureError(error, place)).toMatchObject({
    kind: "unavailable",
    code: "CertificateNotTrusted",
    serviceCode: "SELF_SIGNED_CERT_IN_CHAIN",
    retryable: false,
  });
});

describe("an unknown error", () => {
  test.each([new TypeError("x is not a function"), new RangeError("no"), "text", undefined, null, { code: "x" }])(
    "is returned unchanged: %s",
    (error) => {
      expect(mapAzureError(error, place)).toBe(error);
    },
  );

  test("as well as what is a failure already", async () => {
    const failure = new Failure("TokenMismatch", "AADSTS700016 in our own words");

    expect(mapAzureError(failure, place)).toBe(failure);
    await expect(withErrorMapping(place, () => Promise.reject(failure))).rejects.toBe(failure);
  });
});

test("a call that succeeds keeps its result, and the error of one that fails is mapped", async () => {
  expect(await withErrorMapping(place, async () => 7)).toBe(7);
  await expect(
    withErrorMapping(place, () => Promise.reject(restError(403, "AuthorizationFailed"))),
  ).rejects.toMatchObject({
    code: "AuthorizationFailed",
  });
});
