import { causeOf, Failure, type FailureCode } from "../../errors/failure.ts";
import { codeOfUnauthorized } from "../../errors/service-bus-texts.ts";
import type { ErrorContext } from "../error-mapping.ts";

type AdministrationError = Error & { readonly statusCode?: unknown };

/**
 * What an error of the administration client means. The client names it by the HTTP status, which has several causes: only
 * the service's text names the one. An error of another kind is returned unchanged.
 */
export function administrationFailure(
  error: AdministrationError,
  { customer, tenant, namespace }: ErrorContext,
): Error {
  const code = codeOf(error);
  if (code === undefined) return error;
  const params = { customer, tenant, namespace };
  const hasText = !withoutText.test(error.message);
  const message = hasText ? `${causeOf(code, params)} (${code})` : `${namespace} refused the request without a reason`;
  return new Failure(code, message, {
    params,
    serviceCode: `HTTP ${String(error.statusCode)}`,
    ...(hasText ? { detail: error.message.replaceAll(/\s+/g, " ").trim() } : {}),
    cause: error,
  });
}

/** The client's own words for an empty body. */
const withoutText = /^Detailed error message information not available/;

function codeOf({ statusCode, message }: AdministrationError): FailureCode | undefined {
  if (statusCode === 401) return codeOf401(message);
  if (statusCode === 403) return /quota|SubCode=403/i.test(message) ? "QuotaExceeded" : undefined;
  return statusCode === 404 ? "MessagingEntityNotFound" : undefined;
}

/** 401 stands for a firewall, a token of another tenant, a token that is not valid, and a missing claim. */
function codeOf401(message: string): FailureCode {
  const code = codeOfUnauthorized(message);
  if (code !== "UnauthorizedAccess") return code;
  if (/claims?(?:\(s\))? (?:is|are )?required/i.test(message)) return "ManageClaimMissing";
  return withoutText.test(message) ? "AdministrationRefused" : "TokenNotAccepted";
}
