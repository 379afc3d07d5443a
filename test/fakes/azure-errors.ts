import { ServiceBusError, type ServiceBusErrorCode } from "@azure/service-bus";

/** What Azure's control-plane clients throw for an HTTP answer (core-rest-pipeline `RestError`, the fields that are read). */
export const restError = (statusCode: number, code?: string, message = "refused"): Error =>
  Object.assign(new Error(message), { name: "RestError", statusCode, ...(code === undefined ? {} : { code }) });

/** The Service Bus SDK's own error; a code that it does not know by type is set afterwards. */
export const brokerError = (code: string, message: string): Error =>
  Object.assign(new ServiceBusError(message, "GeneralError" satisfies ServiceBusErrorCode), { code });
