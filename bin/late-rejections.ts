/** What the AMQP library and the SDK throw from promises that nobody holds, long after their call was given up. */
const lateNames = new Set(["OperationTimeoutError", "MessagingError", "ServiceBusError", "AbortError"]);

export const isLate = (reason: unknown): boolean => reason instanceof Error && lateNames.has(reason.name);

/**
 * Keeps a rejection that nobody awaits from ending the process, when it comes from a link that was closed on a silent
 * connection (`receiver.close()` floats promises, Azure/azure-sdk-for-js#35342). The call that failed has been reported by
 * its deadline. Any other one is our bug and ends the process as Node does.
 */
export function tolerateLateRejections(process: NodeJS.Process): void {
  process.on("unhandledRejection", (reason) => {
    if (!isLate(reason)) throw reason;
  });
}
