import { randomUUID } from "node:crypto";

const more = "To know more visit https://aka.ms/sbResourceMgrExceptions.";

/** What Service Bus puts at the end of every text about a request, so that support finds it. */
export const tracking = (system: string) =>
  `TrackingId:${randomUUID()}_G1, SystemTracker:${system}, Timestamp:${new Date().toISOString().slice(0, 19)}`;

/** A refusal of the administration of queues, as recorded exchanges have it. `system` is the host, or the host and the queue. */
export const refusalText = (subCode: number, reason: string, system: string): string =>
  `SubCode=${subCode}. ${reason} ${more} . ${tracking(system)}`;

/** The same about a value, which stands on lines of its own. */
export const valueRefusalText = (reason: string, name: string, value: string, system: string): string =>
  `SubCode=40000. ${reason} ${more} \r\nParameter name: ${name}\r\nActual value was ${value}. ${tracking(system)}`;

/** Where nothing is. */
export const noServiceText = (system: string): string =>
  `No service is hosted at the specified address. ${tracking(system)}`;
