import { randomUUID } from "node:crypto";

/** HTTP status and OAuth error (RFC 6749 §5.2) of each of Entra's codes that the sandbox gives. */
const refusals = {
  50011: { status: 400, error: "invalid_request" },
  50020: { status: 400, error: "invalid_grant" },
  50027: { status: 400, error: "invalid_request" },
  50076: { status: 400, error: "interaction_required" },
  50079: { status: 400, error: "interaction_required" },
  50166: { status: 400, error: "invalid_request" },
  50194: { status: 400, error: "invalid_request" },
  50196: { status: 400, error: "invalid_grant" },
  53003: { status: 400, error: "interaction_required" },
  65001: { status: 400, error: "invalid_grant" },
  65004: { status: 400, error: "access_denied" },
  650056: { status: 400, error: "invalid_client" },
  650059: { status: 400, error: "unauthorized_client" },
  70000: { status: 400, error: "invalid_grant" },
  70003: { status: 400, error: "unsupported_grant_type" },
  70008: { status: 400, error: "invalid_grant" },
  70011: { status: 400, error: "invalid_scope" },
  70016: { status: 400, error: "authorization_pending" },
  70020: { status: 400, error: "expired_token" },
  70025: { status: 401, error: "invalid_client" },
  70021: { status: 401, error: "invalid_client" },
  500011: { status: 400, error: "invalid_resource" },
  501481: { status: 400, error: "invalid_grant" },
  700011: { status: 400, error: "unauthorized_client" },
  700016: { status: 400, error: "unauthorized_client" },
  700021: { status: 401, error: "invalid_client" },
  700023: { status: 401, error: "invalid_client" },
  700024: { status: 401, error: "invalid_client" },
  700027: { status: 401, error: "invalid_client" },
  700054: { status: 400, error: "unsupported_response_type" },
  700211: { status: 401, error: "invalid_client" },
  700212: { status: 401, error: "invalid_client" },
  700213: { status: 401, error: "invalid_client" },
  700214: { status: 401, error: "invalid_client" },
  7002138: { status: 401, error: "invalid_client" },
  700226: { status: 401, error: "invalid_client" },
  700236: { status: 401, error: "invalid_client" },
  1002012: { status: 400, error: "invalid_scope" },
  7000112: { status: 400, error: "unauthorized_client" },
  7000215: { status: 401, error: "invalid_client" },
  7000218: { status: 401, error: "invalid_client" },
  7000222: { status: 401, error: "invalid_client" },
  7000229: { status: 401, error: "invalid_client" },
  90002: { status: 400, error: "invalid_request" },
  90014: { status: 400, error: "invalid_request" },
  90023: { status: 400, error: "invalid_request" },
  90094: { status: 403, error: "access_denied" },
  900023: { status: 400, error: "invalid_request" },
  900144: { status: 400, error: "invalid_request" },
  900382: { status: 400, error: "invalid_request" },
} as const satisfies Record<number, { readonly status: 400 | 401 | 403; readonly error: string }>;

export type EntraCode = keyof typeof refusals;

/** The same by name, `AADSTS700016`. */
export const entraErrors: ReadonlyMap<string, { readonly status: number; readonly error: string }> = new Map(
  Object.entries(refusals).map(([code, refusal]) => [`AADSTS${code}`, refusal]),
);

/** A request that Entra refuses, with the number that it prints after `AADSTS`. */
export class EntraError extends Error {
  readonly code: EntraCode;
  readonly status: 400 | 401 | 403;
  readonly error: string;

  constructor(code: EntraCode, text: string, error: string = refusals[code].error) {
    super(`AADSTS${code}: ${text}`);
    this.code = code;
    this.status = refusals[code].status;
    this.error = error;
  }
}

/** The JSON body of a refusal; `correlationId` is the client's own id for the request, when it sent one. */
export function refusalBody(
  { code, error, message }: { readonly code: number; readonly error: string; readonly message: string },
  correlationId = randomUUID().toString(),
) {
  const traceId = randomUUID();
  const timestamp = `${new Date().toISOString().slice(0, 19).replace("T", " ")}Z`;
  return {
    error,
    error_description: `${message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${code}`,
  };
}
