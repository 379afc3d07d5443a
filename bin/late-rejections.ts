/** Errors of promises that no code of ours awaits: the AMQP library and the SDK reject them long after their call ended. */
const lateNames = new Set(["OperationTimeoutError", "MessagingError", "ServiceBusError", "AbortError"]);

export const isLate = (reason: unknown): boolean => reason instanceof Error && lateNames.has(reason.name);

/**
 * Ignores rejections of a link that was closed on a silent connection, because they would end the process
 * (`receiver.close()` does not await its promises, Azure/azure-sdk-for-js#35342). The deadline of the failed call has
 * reported the failure. Any other unhandled rejection is a bug, and ends the process as usual.
 */
export function tolerateLateRejections(process: NodeJS.Process): void {
  process.on("unhandledRejection", (reason) => {
    if (!isLate(reason)) throw reason;
  });
}
