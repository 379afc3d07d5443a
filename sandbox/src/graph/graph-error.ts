import { randomUUID } from "node:crypto";

/** A request that Graph refuses, with its code (Microsoft Graph error responses). */
export class GraphError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 409;
  readonly code: string;
  readonly details: readonly GraphDetail[] | undefined;

  constructor(status: 400 | 401 | 403 | 404 | 409, code: string, message: string, details?: readonly GraphDetail[]) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** What of a request is at fault. */
export type GraphDetail = { readonly code: string; readonly message: string; readonly target: string };

export function graphErrorBody(
  { code, message, details }: Pick<GraphError, "code" | "message"> & Partial<Pick<GraphError, "details">>,
  clientRequestId: string | undefined,
) {
  const requestId = randomUUID();
  return {
    error: {
      code,
      message,
      ...(details === undefined ? {} : { details }),
      innerError: {
        date: new Date().toISOString().slice(0, 19),
        "request-id": requestId,
        "client-request-id": clientRequestId ?? requestId,
      },
    },
  };
}

export const badRequest = (message: string, details?: readonly GraphDetail[]): GraphError =>
  new GraphError(400, "Request_BadRequest", message, details);

export const notFound = (key: string): GraphError =>
  new GraphError(
    404,
    "Request_ResourceNotFound",
    `Resource '${key}' does not exist or one of its queried reference-property objects are not present.`,
  );

export const alreadyExists = (message: string): GraphError =>
  new GraphError(409, "Request_MultipleObjectsWithSameKeyValue", message);
