import { randomUUID } from "node:crypto";

/** A request that Graph refuses, with its code (Microsoft Graph error responses). */
export class GraphError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 409;
  readonly code: string;

  constructor(status: 400 | 401 | 403 | 404 | 409, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function graphErrorBody(
  { code, message }: Pick<GraphError, "code" | "message">,
  clientRequestId: string | undefined,
) {
  const requestId = randomUUID();
  return {
    error: {
      code,
      message,
      innerError: {
        date: new Date().toISOString().slice(0, 19),
        "request-id": requestId,
        "client-request-id": clientRequestId ?? requestId,
      },
    },
  };
}

export const badRequest = (message: string): GraphError => new GraphError(400, "Request_BadRequest", message);

export const notFound = (key: string): GraphError =>
  new GraphError(
    404,
    "Request_ResourceNotFound",
    `Resource '${key}' does not exist or one of its queried reference-property objects are not present.`,
  );

export const alreadyExists = (message: string): GraphError =>
  new GraphError(409, "Request_MultipleObjectsWithSameKeyValue", message);
