import type { UnfinishedWork } from "../concurrency/unfinished-work.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import { catalogEntry, isFailureCode } from "../errors/catalog/catalog.ts";
import { type Actor, causeOf, Failure, type FailureCode, type FailureKind } from "../errors/failure.ts";
import { codeOfRefusal, codeOfUnauthorized } from "../errors/service-bus-texts.ts";
import { errorWords } from "./http/error-words.ts";
import { certificateProblem } from "./http/untrusted-certificate.ts";
import { proxyVariable } from "./proxy-guard.ts";

/** Where something failed: the parameters of the failure. */
export type ErrorContext = {
  readonly customer: string;
  readonly tenant: string;
  readonly namespace: string;
  /** The customer's own identity is used, which has roles of its own. */
  readonly isResponder?: true;
  /** Called when a call that started at that time was refused; true when another token is there to repeat it with. */
  readonly refused?: (began: number) => Promise<boolean>;
  /** Requests the token of a link again. Rejects when Entra refuses it. */
  readonly requestToken?: () => Promise<unknown>;
  /** Counts the messages that links hold, and those that they send. */
  readonly unfinished?: UnfinishedWork;
  /** The queue of a link, and how to find out where it forwards to. The target is undefined where it cannot be read. */
  readonly forwarding?: { readonly queue: string; readonly target: () => Promise<string | undefined> };
};

type ErrorShape = {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly statusCode?: unknown;
  readonly errors?: unknown;
  readonly errorNo?: unknown;
  readonly errorCode?: unknown;
  readonly status?: unknown;
  readonly response?: unknown;
  readonly cause?: unknown;
};

/** Makes a call to Azure; an error of an SDK becomes a Failure, any other error stays what it is. */
export async function withErrorMapping<T>(context: ErrorContext, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw await withForwardTarget(mapAzureError(error, context), context);
  }
}

/** The refusal of a queue that forwards does not say where to. */
async function withForwardTarget(error: unknown, { forwarding }: ErrorContext): Promise<unknown> {
  if (!(error instanceof Failure) || error.code !== "QueueForwards" || forwarding === undefined) return error;
  const target = (await forwarding.target()) ?? "another queue";
  return error.with({
    message: `${forwarding.queue} forwards to ${target}: nothing can be received from it (QueueForwards)`,
    params: { ...error.params, queue: forwarding.queue },
  });
}

/** An SDK's error as a Failure by the catalog; an error that nobody recognizes is returned unchanged. */
export function mapAzureError(error: unknown, place: ErrorContext): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  const inner = innermost(error);
  const found =
    certificate(inner) ??
    invalidAmqp(inner) ??
    withoutDescriptors(inner) ??
    entra(inner) ??
    serviceBus(inner) ??
    controlPlane(inner) ??
    unreachable(inner) ??
    unusable(inner);
  if (found === undefined) return error;
  const { customer, tenant, namespace } = place;
  const claim = /'(\w+)(?:,\w+)*' claim/.exec(inner.message)?.[1] ?? "needed";
  const params = { customer, tenant, namespace, claim };
  const options = { params, ...omitUndefined({ detail: saidBy(inner) }), cause: error };
  if (typeof found === "string") {
    const lost = found === "UnauthorizedAccess" && lostToken.test(inner.message) ? { serviceCode: renewToken } : {};
    const whose = found === "UnauthorizedAccess" && place.isResponder ? "ResponderRefused" : found;
    const remedy = whose === found ? {} : { remedy: whose };
    return new Failure(found, `${causeOf(whose, params)} (${found})`, { ...options, ...lost, ...remedy });
  }
  const { code = "UnknownAzureCode", serviceCode, status, cause, ...known } = found;
  const http = status === undefined ? undefined : `HTTP ${status}`;
  const codes = [http, serviceCode === String(status) ? undefined : serviceCode].filter((one) => one !== undefined);
  if (codes.length === 0) codes.push(code);
  const advice = retryAdvice(inner);
  const message = `${cause}${advice} (${codes.join(", ")})`;
  return new Failure(code, message, { ...options, ...known, ...omitUndefined({ serviceCode }) });
}

/** What is certain of an answer whose code says too little: what the status or the source says. */
type Answered = {
  /** `UnknownAzureCode` where the catalog has no code for it. */
  readonly code?: FailureCode;
  readonly serviceCode?: string;
  readonly status?: number;
  readonly kind?: FailureKind;
  readonly cause: string;
  readonly actor?: Actor;
  readonly retryable?: true;
};

/** When the service wants the request again (Retry-After, in seconds), as the SDK's error has it. */
function retryAdvice({ response }: ErrorShape): string {
  const { headers } = (response ?? {}) as { headers?: { get?: (name: string) => string | null | undefined } };
  const seconds = Number(headers?.get?.("retry-after"));
  return Number.isFinite(seconds) && seconds > 0 ? `; it asks for a pause of ${seconds} s` : "";
}

/** What the service said, without what the SDKs wrap around it: Entra's sentence begins with its number. */
function saidBy({ message }: Error): string | undefined {
  const sentence = /AADSTS\d+: .*/s.exec(message)?.[0] ?? message;
  const said = sentence
    .replaceAll(/\s+/g, " ")
    .replace(/ - Correlation ID: .*$/, "")
    .trim();
  return said === "" ? undefined : said;
}

/** Several attempts end as an AggregateError without a message: the error of the last attempt counts. */
function innermost(error: Error): Error & ErrorShape {
  const { errors } = error as ErrorShape;
  const last = Array.isArray(errors) ? errors.at(-1) : undefined;
  return last instanceof Error ? innermost(last) : error;
}

type Found = FailureCode | Answered;

/** The identity SDK wraps Entra's refusal without its number; MSAL's error underneath has it, and so has the text. */
function entra(error: Error & ErrorShape): Found | undefined {
  const { errorNo, errorCode, status: ofCause } = (error.cause ?? {}) as ErrorShape;
  const number = /^\d+$/.test(String(errorNo)) ? String(errorNo) : /AADSTS(\d+)/.exec(error.message)?.[1];
  const code = number ? `AADSTS${number}` : undefined;
  const status = typeof ofCause === "number" ? ofCause : undefined;
  const answered = omitUndefined({ serviceCode: code, status });
  const known = code !== undefined && isFailureCode(code) ? code : undefined;
  // An outage says nothing about the app, whatever code it comes with.
  if (known !== undefined && (catalogEntry(known).kind === "unavailable" || !isOutage(status))) return known;
  const isMachine = error.name === "CredentialUnavailableError";
  const who = isMachine ? "the identity endpoint of this machine" : "Entra";
  if (status === 429) return { code: "TooManyRequests", cause: `${who} is throttling requests`, ...answered };
  if (isOutage(status) || outageWords.has(String(errorCode)))
    return { code: "ServiceUnavailable", cause: `${who} is unavailable`, ...answered };
  if (code !== undefined) return { kind: "auth", cause: "Entra refused to issue a token", ...answered };
  // An answer without a number: the library then has only Entra's word for it (RFC 6749, 5.2).
  return isMachine || status === undefined || typeof errorCode !== "string"
    ? undefined
    : { kind: "auth", cause: "Entra refused to issue a token", status, serviceCode: errorCode };
}

const isOutage = (status: number | undefined) => status === 429 || (status ?? 0) >= 500;

/** Entra's words for an outage (Entra, error codes for token endpoint errors). */
const outageWords: ReadonlySet<string> = new Set(["temporarily_unavailable", "server_error"]);

function serviceBus(error: Error & ErrorShape): Found | undefined {
  const refusal = codeOfRefusal(error.message);
  if (refusal !== undefined) return refusal;
  const { code } = error;
  const ofAmqp = amqpCodes.get(String(code));
  if (error.name !== "ServiceBusError" && error.name !== "MessagingError" && ofAmqp === undefined) return undefined;
  const known = ofAmqp ?? (typeof code === "string" ? code : "GeneralError");
  if (known === "UnauthorizedAccess" || lostToken.test(error.message)) return codeOfUnauthorized(error.message);
  if (known === "GeneralError") return behindGeneralError(error.message);
  return isFailureCode(known) ? known : unknownAnswer(known);
}

const unknownAnswer = (serviceCode: string): Answered => ({
  serviceCode,
  kind: "unavailable",
  cause: "Service Bus answered with a code that xtenant does not know",
  retryable: true,
});

/**
 * The SDK's code for all that it has no code for. Its text begins with the name of the AMQP condition where the service
 * answered, and with a code of the system where nothing was reached. The service names each answer for its support.
 */
function behindGeneralError(message: string): Found {
  const name = /^(\w+Error|FramingError|MessageWaitTimeout): /.exec(message)?.[1];
  if (name === undefined || name === "SystemError")
    return /TrackingId:/.test(message) ? unknownAnswer("GeneralError") : "GeneralError";
  const code = conditions.get(name) ?? name;
  return isFailureCode(code) ? code : unknownAnswer(name);
}

/** The SDK's names for AMQP conditions of which several mean the same. */
const conditions: ReadonlyMap<string, FailureCode> = new Map<string, FailureCode>([
  ["ArgumentOutOfRangeError", "ArgumentError"],
  ["InvalidFieldError", "ArgumentError"],
  ["DecodeError", "ArgumentError"],
  ["ResourceDeletedError", "MessagingEntityNotFound"],
  ["DetachForcedError", "ServiceCommunicationProblem"],
  ["ConnectionForcedError", "ServiceCommunicationProblem"],
]);

/**
 * A link in use is detached by force with the same words when its token ends and when its role goes. The SDK has no code for
 * that.
 */
const lostToken = /Code: RenewToken\..*claim\(s\) are required/s;
const renewToken = "RenewToken";

/** A link lost what it was opened with: its token ended, or its role is gone. Only another attempt shows which. */
export const hasLostToken = (error: unknown): boolean =>
  error instanceof Failure && error.code === "UnauthorizedAccess" && error.serviceCode === renewToken;

/** The AMQP library's names for what the Service Bus SDK calls otherwise: on some paths the SDK lets them through. */
const amqpCodes: ReadonlyMap<string, FailureCode> = new Map<string, FailureCode>([
  ["UnauthorizedError", "UnauthorizedAccess"],
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
]);

function controlPlane(error: Error & ErrorShape): Found | undefined {
  // The Graph client says -1 where there was no answer.
  if (typeof error.statusCode !== "number" || error.statusCode < 0) return undefined;
  const code = typeof error.code === "string" ? error.code : String(error.statusCode);
  // A delegation limited by a condition (Azure ABAC) fails with the code of having no right at all.
  if (code === "AuthorizationFailed" && /ABAC condition/i.test(error.message)) return "ConditionNotFulfilled";
  const { statusCode: status } = error;
  if (isFailureCode(code)) return code;
  return { serviceCode: code, status, ...byStatus(status) };
}

function byStatus(status: number): Answered {
  const actor = "customer's administrator";
  if (status === 401) return { kind: "auth", actor, cause: "the service does not accept the token" };
  if (status === 403) return { kind: "forbidden", actor, cause: "the service refuses this account" };
  if (status === 404) return { kind: "notFound", actor, cause: "the service has no such object" };
  if (status === 409) return { kind: "conflict", actor, cause: "the service refuses the change in the present state" };
  if (status === 429 || status >= 500)
    return { kind: "unavailable", actor: "nobody", cause: "the service is busy", retryable: true };
  return { kind: "usage", cause: "the service rejects the request" };
}

/** A connection of AMQP, or of any library that has wrapped the error. */
function certificate(error: Error & ErrorShape): Found | undefined {
  const serviceCode = certificateProblem(error);
  if (serviceCode === undefined) return undefined;
  const cause = "a service of this cloud shows a certificate that this machine does not trust";
  return { code: "CertificateNotTrusted", serviceCode, cause };
}

/** What the guard of a connection says (service-bus/connection-guard.ts), or a WebSocket of its frames, as the SDK wraps it. */
const invalidAmqp = (error: Error): FailureCode | undefined =>
  /\binvalid AMQP: |\bWS_ERR_/.test(errorWords(error)) ? "InvalidAmqp" : undefined;

/** The system's limits of open files, of the process and of the machine. They look like an outage of the network. */
const withoutDescriptors = (error: Error): FailureCode | undefined =>
  /\bE[MN]FILE\b/.test(errorWords(error)) ? "TooManyOpenFiles" : undefined;

const networkCodes =
  /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|EPIPE|endpoints_resolution_error|network_error)\b/;

/** What AMQP's library and that of WebSockets throw, without a code, when a connection could not be made or went away. */
const brokenConnection =
  /failed to connect|proxy connection ended|unexpected server response|unknown error (?:encountered|occurred on the amqp connection)|fetch failed|connection .*(?:closed|lost)|unable to (?:create|open|close) the amqp/i;

/** What answered does not speak TLS or HTTP: a proxy that passes nothing on, or another service on that port. */
const foreignProtocol = /\b(?:EPROTO|ERR_SSL_\w+|HPE_\w+)\b/;

/** The AMQP library and Node's own fetch put the proxy's answer to CONNECT into words. */
const proxyRefusal = /(?:unexpected server response: |proxy response \()407|proxy authentication required/i;

/** Node names the host that it asked for, or the address and port that it tried. */
const triedPlace = /(?:getaddrinfo [A-Z_]+|connect [A-Z_]+) ([\w.:[\]-]+)/;

function unreachableCause(code: FailureCode, words: string): string {
  const place = triedPlace.exec(words)?.[1];
  if (place === undefined) return catalogEntry(code).cause;
  const variable = proxyVariable(place);
  const isProxy = variable !== undefined && variable !== "none";
  const named = isProxy ? `the proxy ${place} (${variable})` : place;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return isProxy ? `the name of ${named} was not found` : `the name ${named} was not found${noProxy(variable)}`;
  return code === "ECONNREFUSED" ? `${named} refuses the connection` : `${named} cannot be reached${noProxy(variable)}`;
}

const noProxy = (variable: string | undefined) => (variable === "none" ? ", and no proxy is set" : "");

/** Names, routes and trust: nothing was reached, so nothing was changed. */
function unreachable(error: Error & ErrorShape): Found | undefined {
  const words = errorWords(error);
  if (proxyRefusal.test(words)) return "ProxyAuthenticationRequired";
  const code = networkCodes.exec(words)?.[1];
  if (code !== undefined && isFailureCode(code)) return { code, cause: unreachableCause(code, words) };
  if (foreignProtocol.test(words)) return "ForeignAnswer";
  if (brokenConnection.test(error.message)) return "ConnectionFailed";
  return error.name === "OperationTimeoutError" ? "OperationTimeout" : undefined;
}

/** The identity SDK's own refusals, before it asks Entra: no `az login`, no managed identity here, no browser. */
function unusable({ name }: Error): Found | undefined {
  const isKnown = /^(?:CredentialUnavailable|AuthenticationRequired|Authentication)Error$/.test(name);
  return isKnown && isFailureCode(name) ? name : undefined;
}
