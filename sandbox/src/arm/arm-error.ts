/** A request that Azure Resource Manager refuses, with its code (ARM common error codes). */
export class ArmError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 409;
  readonly code: string;

  constructor(status: 400 | 401 | 403 | 404 | 409, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const armErrorBody = ({ code, message }: Pick<ArmError, "code" | "message">) => ({ error: { code, message } });
