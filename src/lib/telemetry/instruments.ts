import type { Attributes, Meter } from "@opentelemetry/api";
import { type CustomerHealth, type CustomerHealthTracker, countHealth } from "./customer-health.ts";

/**
 * The instruments: those of OpenTelemetry's semantic conventions for messaging, and our own where the conventions have none.
 * Only counters and gauges have the customer as an attribute, because a histogram would have a series for each bucket.
 */
export function createInstruments(meter: Meter) {
  const sent = meter.createCounter("messaging.client.sent.messages", {
    ...{ description: "Messages that the broker has accepted, or was asked to.", unit: "{message}" },
  });
  const consumed = meter.createCounter("messaging.client.consumed.messages", {
    ...{ description: "Messages that were locked for us, or locked again.", unit: "{message}" },
  });
  const took = meter.createHistogram("messaging.client.operation.duration", {
    ...{ description: "How long a call to the broker took.", unit: "s", advice: { explicitBucketBoundaries: seconds } },
  });
  const worked = meter.createHistogram("messaging.process.duration", {
    ...{ description: "From a message's arrival to its settlement.", unit: "s" },
    advice: { explicitBucketBoundaries: seconds },
  });
  return {
    sent: (count: number, attributes: Attributes) => sent.add(count, attributes),
    consumed: (attributes: Attributes) => consumed.add(1, attributes),
    took: (milliseconds: number, attributes: Attributes) => took.record(milliseconds / 1_000, attributes),
    worked: (milliseconds: number, attributes: Attributes) => worked.record(milliseconds / 1_000, attributes),
  };
}

export type Instruments = ReturnType<typeof createInstruments>;

/** The buckets that the conventions recommend. */
const seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Gauges that read the state of the customers at each collection. */
export function recordHealth(fleet: CustomerHealthTracker, meter: Meter, now = () => performance.now()): void {
  const customers = meter.createObservableGauge("xtenant.customers", {
    ...{ description: "Customers of this process by state: connecting, live, failing.", unit: "{customer}" },
  });
  customers.addCallback((result) => {
    for (const [state, count] of Object.entries(countHealth(fleet))) result.observe(count, { "xtenant.state": state });
  });
  const each = (name: string, description: string, read: (standing: CustomerHealth) => number | undefined) =>
    meter.createObservableGauge(name, { description, unit: name.endsWith("age") ? "s" : "1" }).addCallback((result) => {
      for (const standing of fleet.standings()) {
        const value = read(standing);
        if (value !== undefined) result.observe(value, { "xtenant.customer": standing.customer });
      }
    });
  each("xtenant.customer.live", "1 for a customer that is served, 0 for one that is not.", ({ state }) =>
    state === "live" ? 1 : 0,
  );
  each("xtenant.customer.last_message.age", "Since the customer's last message; none: no message yet.", (standing) =>
    standing.lastMessage === undefined ? undefined : (now() - standing.lastMessage) / 1_000,
  );
  const links = meter.createObservableCounter("xtenant.customer.links", {
    ...{ description: "Links to read from that were opened: each beyond the first was lost before.", unit: "{link}" },
  });
  links.addCallback((result) => {
    for (const { customer, links: opened } of fleet.standings())
      result.observe(opened, { "xtenant.customer": customer });
  });
  const failures = meter.createObservableCounter("xtenant.customer.failures", {
    ...{
      description: "How often a customer began to fail; NoAnswer, LinkNotOpened: the client hung.",
      unit: "{failure}",
    },
  });
  failures.addCallback((result) => {
    for (const { customer, failures: byCode } of fleet.standings())
      for (const [code, count] of byCode) result.observe(count, { "xtenant.customer": customer, "error.type": code });
  });
}
