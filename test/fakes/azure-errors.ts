import { ServiceBusError, type ServiceBusErrorCode } from "@azure/service-bus";

/**
 * The error of Azure's control-plane clients for an HTTP answer (core-rest-pipeline `RestError`, with the fields that
 * are read).
 */
export const restError = (statusCode: number, code?: string, message = "refused"): Error =>
  Object.assign(new Error(message), { name: "RestError", statusCode, ...(code === undefined ? {} : { code }) });

/** The Service Bus SDK's own error. A code that its type does not know is set afterwards. */
export const brokerError = (code: string, message: string): Error =>
  Object.assign(new ServiceBusError(message, "GeneralError" satisfies ServiceBusErrorCode), { code });
