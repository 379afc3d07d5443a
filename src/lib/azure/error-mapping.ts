import { omitUndefined } from "../domain/omit-undefined.ts";
import type { CatalogEntry } from "../errors/catalog/catalog-entry.ts";
import { controlPlaneRemedies } from "../errors/catalog/control-plane.ts";
import { entraRemedies } from "../errors/catalog/entra.ts";
import { serviceBusRemedies } from "../errors/catalog/service-bus.ts";
import { Failure } from "../errors/failure.ts";

/** Where something failed; fills the placeholders of a remedy. */
export type ErrorContext = {
  readonly customer: string;
  readonly tenant: string;
  readonly namespace: string;
  /** Told that what began at that time was refused; true when it is worth trying again, with another token. */
  readonly refused?: (began: number) => Promise<boolean>;
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
    throw mapAzureError(error, context);
  }
}

/** An SDK's error as a Failure by the tables of remedies; an error that no table knows is returned unchanged. */
export function mapAzureError(error: unknown, place: ErrorContext): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  const inner = innermost(error);
  const found = entra(inner) ?? serviceBus(inner) ?? controlPlane(inner) ?? unreachable(inner) ?? unusable(inner);
  if (found === undefined) return error;
  const claim = /'(\w+)(?:,\w+)*' claim/.exec(inner.message)?.[1] ?? "needed";
  const fill = (text: string) =>
    text.replace(
      /\{(\w+)\}/g,
      (_, key: Exclude<keyof ErrorContext, "refused"> | "claim") => ({ ...place, claim })[key],
    );
  const { kind, cause, actor, next, retryable } = found.remedy;
  return new Failure(kind, `${fill(cause)} (${found.code})`, {
    code: found.code,
    ...omitUndefined({ detail: saidBy(inner) }),
    hint: fill(next),
    actor,
    retryable: retryable === true,
    cause: error,
  });
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

/** Several attempts end as an AggregateError without a message: the last attempt tells what is wrong now. */
function innermost(error: Error): Error & ErrorShape {
  const { errors } = error as ErrorShape;
  const last = Array.isArray(errors) ? errors.at(-1) : undefined;
  return last instanceof Error ? innermost(last) : error;
}

type Found = { readonly code: string; readonly remedy: CatalogEntry };

/** The identity SDK wraps Entra's refusal without its number; MSAL's error underneath has it, and so has the text. */
function entra(error: Error & ErrorShape): Found | undefined {
  const { errorNo } = (error.cause ?? {}) as ErrorShape;
  const number = typeof errorNo === "number" ? String(errorNo) : /AADSTS(\d+)/.exec(error.message)?.[1];
  const code = number && `AADSTS${number}`;
  if (!code) return undefined;
  return { code, remedy: entraRemedies[code] ?? otherRefusal };
}

const otherRefusal: CatalogEntry = {
  kind: "auth",
  cause: "Entra refused to issue a token for tenant {tenant}",
  actor: "operator",
  next: "look the code up in Microsoft's list of Entra error codes",
};

/** What the SDK throws, without a code, for a message that it knows to be settled or lost already. */
const alreadySettled = /has either been deleted or already settled/;

/** What a receiver without a session hears, under a code that says nothing. */
const sessionRequired = /entity that requires sessions/;

function serviceBus(error: Error & ErrorShape): Found | undefined {
  const required = serviceBusRemedies.SessionRequired;
  if (required && sessionRequired.test(error.message)) return { code: "SessionRequired", remedy: required };
  const lost = serviceBusRemedies.MessageLockLost;
  if (lost && alreadySettled.test(error.message)) return { code: "MessageLockLost", remedy: lost };
  if (error.name !== "ServiceBusError" && error.name !== "MessagingError" && !amqpCodes.has(String(error.code)))
    return undefined;
  const known = amqpCodes.get(String(error.code)) ?? (typeof error.code === "string" ? error.code : "GeneralError");
  const isRefusal = known === "UnauthorizedAccess" || roleTakenAway.test(error.message);
  const code = isRefusal ? refusalBehindUnauthorized(error.message) : known;
  const remedy = serviceBusRemedies[code] ?? serviceBusRemedies.GeneralError;
  return remedy && { code, remedy };
}

/** A link in use is detached by force when its role goes; the SDK has no code for that. */
const roleTakenAway = /Code: RenewToken\..*claim\(s\) are required/s;

/** The AMQP library's names for what the Service Bus SDK calls otherwise: on some paths the SDK lets them through. */
const amqpCodes: ReadonlyMap<string, string> = new Map([
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

/** One code stands for four different refusals; only the text tells them apart. */
function refusalBehindUnauthorized(message: string): string {
  if (/InvalidIssuer/.test(message)) return "InvalidIssuer";
  if (/LocalAuthDisabled/.test(message)) return "LocalAuthDisabled";
  return /Ip has been prevented/i.test(message) ? "IpNotAllowed" : "UnauthorizedAccess";
}

function controlPlane(error: Error & ErrorShape): Found | undefined {
  // The Graph client says -1 where there was no answer.
  if (typeof error.statusCode !== "number" || error.statusCode < 0) return undefined;
  const said = typeof error.code === "string" ? error.code : String(error.statusCode);
  // A delegation limited by a condition (Azure ABAC) fails with the code of having no right at all.
  const code = said === "AuthorizationFailed" && /ABAC condition/i.test(error.message) ? "ConditionNotFulfilled" : said;
  return { code, remedy: controlPlaneRemedies[code] ?? byStatus(error.statusCode) };
}

function byStatus(status: number): CatalogEntry {
  const refusal = { actor: "customer's administrator", next: "see the service's own message" } as const;
  if (status === 401) return { ...refusal, kind: "auth", cause: "the service does not accept the token" };
  if (status === 403) return { ...refusal, kind: "forbidden", cause: "the service refuses this account" };
  if (status === 404) return { ...refusal, kind: "notFound", cause: "the service has no such object" };
  if (status === 409) return { ...refusal, kind: "conflict", cause: "the object exists in another form" };
  if (status === 429 || status >= 500)
    return {
      ...refusal,
      actor: "nobody",
      kind: "unavailable",
      cause: "the service is busy",
      next: "repeat later",
      retryable: true,
    };
  return { ...refusal, actor: "operator", kind: "usage", cause: "the service rejects the request" };
}

const networkCodes =
  /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|EPIPE|endpoints_resolution_error|network_error)\b/;

/** What AMQP's library and that of WebSockets throw, without a code, when a connection could not be made or went away. */
const brokenConnection =
  /failed to connect|unexpected server response|unknown error encountered|fetch failed|connection .*(?:closed|lost)|unable to (?:create|open|close) the amqp/i;

/** Names, routes and trust: nothing was reached, so nothing was changed. */
function unreachable(error: Error & ErrorShape): Found | undefined {
  const { message: below } = (error.cause ?? {}) as ErrorShape;
  const code =
    networkCodes.exec(`${String(error.code)} ${error.message} ${String(below)}`)?.[1] ??
    (brokenConnection.test(error.message) ? "ConnectionFailed" : undefined) ??
    (error.name === "OperationTimeoutError" ? "OperationTimeout" : undefined);
  if (code === undefined) return undefined;
  return {
    code,
    remedy: {
      kind: "unavailable",
      cause: "a service of this cloud cannot be reached, or its certificate is not trusted",
      actor: "operator",
      next: "check the network, the proxy, and that the config's cloud is right; is the sandbox running?",
      retryable: true,
    },
  };
}

/** The identity SDK's own refusals, before Entra was asked: no `az login`, no managed identity here, no browser. */
function unusable(error: Error & ErrorShape): Found | undefined {
  if (!/^(?:CredentialUnavailable|AuthenticationRequired|Authentication)Error$/.test(error.name)) return undefined;
  return {
    code: error.name,
    remedy: {
      kind: "auth",
      cause: "the configured credential gives no token here",
      actor: "operator",
      next: "check the credential's kind in the config; for azure-cli: az login --tenant {tenant}",
    },
  };
}
