import { omitUndefined } from "../domain/omit-undefined.ts";
import { isFailureCode } from "../errors/catalog/catalog.ts";
import { type Actor, causeOf, Failure, type FailureCode, type FailureKind } from "../errors/failure.ts";

/** Where something failed: the parameters of the failure. */
export type ErrorContext = {
  readonly customer: string;
  readonly tenant: string;
  readonly namespace: string;
  /** Called when a call that started at that time was refused; true when another token is there to repeat it with. */
  readonly refused?: (began: number) => Promise<boolean>;
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
  const found = entra(inner) ?? serviceBus(inner) ?? controlPlane(inner) ?? unreachable(inner) ?? unusable(inner);
  if (found === undefined) return error;
  const { customer, tenant, namespace } = place;
  const claim = /'(\w+)(?:,\w+)*' claim/.exec(inner.message)?.[1] ?? "needed";
  const params = { customer, tenant, namespace, claim };
  const options = { params, ...omitUndefined({ detail: saidBy(inner) }), cause: error };
  if (typeof found === "string") return new Failure(found, `${causeOf(found, params)} (${found})`, options);
  const { serviceCode, cause, ...unknown } = found;
  return new Failure("UnknownAzureCode", `${cause} (${serviceCode})`, { ...options, ...unknown, serviceCode });
}

/** A code that the catalog does not know: what is certain is only what the status or the source says. */
type UnknownCode = {
  readonly serviceCode: string;
  readonly kind: FailureKind;
  readonly cause: string;
  readonly actor?: Actor;
  readonly retryable?: true;
};

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

type Found = FailureCode | UnknownCode;

/** The identity SDK wraps Entra's refusal without its number; MSAL's error underneath has it, and so has the text. */
function entra(error: Error & ErrorShape): Found | undefined {
  const { errorNo } = (error.cause ?? {}) as ErrorShape;
  const number = typeof errorNo === "number" ? String(errorNo) : /AADSTS(\d+)/.exec(error.message)?.[1];
  if (!number) return undefined;
  const code = `AADSTS${number}`;
  return isFailureCode(code) ? code : { serviceCode: code, kind: "auth", cause: "Entra refused to issue a token" };
}

/** What the SDK throws, without a code, for a message that it knows to be settled or lost already. */
const alreadySettled = /has either been deleted or already settled/;

/** What a receiver without a session hears, under a code that says nothing. */
const sessionRequired = /entity that requires sessions/;

/** What a receiver or a peek hears under the same code where the queue has `forwardTo`. */
const autoForwarding = /entity with auto-forwarding enabled/;

function serviceBus(error: Error & ErrorShape): Found | undefined {
  if (sessionRequired.test(error.message)) return "SessionRequired";
  if (autoForwarding.test(error.message)) return "QueueForwards";
  if (alreadySettled.test(error.message)) return "MessageLockLost";
  const { code } = error;
  const ofAmqp = amqpCodes.get(String(code));
  if (error.name !== "ServiceBusError" && error.name !== "MessagingError" && ofAmqp === undefined) return undefined;
  const known = ofAmqp ?? (typeof code === "string" ? code : "GeneralError");
  if (known === "UnauthorizedAccess" || roleTakenAway.test(error.message))
    return refusalBehindUnauthorized(error.message);
  if (isFailureCode(known)) return known;
  const cause = "Service Bus answered with a code that xtenant does not know";
  return { serviceCode: known, kind: "unavailable", cause, retryable: true };
}

/** A link in use is detached by force when its role goes; the SDK has no code for that. */
const roleTakenAway = /Code: RenewToken\..*claim\(s\) are required/s;

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

/** One code stands for four different refusals; only the text differs. */
function refusalBehindUnauthorized(message: string): FailureCode {
  if (/InvalidIssuer/.test(message)) return "InvalidIssuer";
  if (/LocalAuthDisabled/.test(message)) return "LocalAuthDisabled";
  return /Ip has been prevented/i.test(message) ? "IpNotAllowed" : "UnauthorizedAccess";
}

function controlPlane(error: Error & ErrorShape): Found | undefined {
  // The Graph client says -1 where there was no answer.
  if (typeof error.statusCode !== "number" || error.statusCode < 0) return undefined;
  const code = typeof error.code === "string" ? error.code : String(error.statusCode);
  // A delegation limited by a condition (Azure ABAC) fails with the code of having no right at all.
  if (code === "AuthorizationFailed" && /ABAC condition/i.test(error.message)) return "ConditionNotFulfilled";
  return isFailureCode(code) ? code : { serviceCode: code, ...byStatus(error.statusCode) };
}

function byStatus(status: number): Omit<UnknownCode, "serviceCode"> {
  const actor = "customer's administrator";
  if (status === 401) return { kind: "auth", actor, cause: "the service does not accept the token" };
  if (status === 403) return { kind: "forbidden", actor, cause: "the service refuses this account" };
  if (status === 404) return { kind: "notFound", actor, cause: "the service has no such object" };
  if (status === 409) return { kind: "conflict", actor, cause: "the object exists in another form" };
  if (status === 429 || status >= 500)
    return { kind: "unavailable", actor: "nobody", cause: "the service is busy", retryable: true };
  return { kind: "usage", cause: "the service rejects the request" };
}

const networkCodes =
  /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|EPIPE|endpoints_resolution_error|network_error)\b/;

/** What AMQP's library and that of WebSockets throw, without a code, when a connection could not be made or went away. */
const brokenConnection =
  /failed to connect|unexpected server response|unknown error encountered|fetch failed|connection .*(?:closed|lost)|unable to (?:create|open|close) the amqp/i;

/** Names, routes and trust: nothing was reached, so nothing was changed. */
function unreachable(error: Error & ErrorShape): Found | undefined {
  const { message: below } = (error.cause ?? {}) as ErrorShape;
  const code = networkCodes.exec(`${String(error.code)} ${error.message} ${String(below)}`)?.[1];
  if (code !== undefined && isFailureCode(code)) return code;
  if (brokenConnection.test(error.message)) return "ConnectionFailed";
  return error.name === "OperationTimeoutError" ? "OperationTimeout" : undefined;
}

/** The identity SDK's own refusals, before it asks Entra: no `az login`, no managed identity here, no browser. */
function unusable({ name }: Error): Found | undefined {
  const isKnown = /^(?:CredentialUnavailable|AuthenticationRequired|Authentication)Error$/.test(name);
  return isKnown && isFailureCode(name) ? name : undefined;
}
