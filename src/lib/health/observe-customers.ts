import type { Context } from "../../cli/context.ts";
import type { Customer } from "../domain/customer.ts";
import type { Cloud } from "../ports/azure-services.ts";
import type { Polled } from "../receive/receive-record.ts";
import { createFleet, type Fleet } from "../telemetry/customer-health.ts";
import { observed } from "../telemetry/observe-azure-services.ts";
import type { HealthAddress } from "./health-address.ts";
import { openHealth } from "./open-health.ts";

export type WatchedFleet = AsyncDisposable & {
  /** The cloud to work with, so that it is seen how each Customer stands. */
  readonly cloud: Cloud;
  /** Takes the records that say who fails and who has recovered. */
  told(
    event: { readonly type: string } & Partial<Pick<Extract<Polled, { type: "failed" }>, "customer" | "error">>,
  ): void;
};

type Needs = Pick<Context, "cloud" | "log" | "telemetry">;

/** Keeps an eye on how each Customer stands, for probes, telemetry and who looks on; where none of them is wanted, on nothing. */
export async function watchFleet(
  { cloud, log, telemetry }: Needs,
  customers: readonly Customer[],
  health: HealthAddress | undefined,
  lookingOn?: (fleet: Fleet) => void,
): Promise<WatchedFleet> {
  const metrics = health && (await telemetry.forPrometheus());
  const unwanted = lookingOn === undefined && metrics === undefined && (await telemetry.observer()) === undefined;
  if (unwanted) return { cloud, told: () => {}, [Symbol.asyncDispose]: async () => {} };
  const fleet = createFleet(customers);
  lookingOn?.(fleet);
  await telemetry.watch(fleet);
  const endpoint = health && metrics && (await openHealth(health, { fleet, metrics }));
  if (endpoint) log.info(`health: http://${host(health)}:${endpoint.port}/status`);
  return {
    cloud: observed(cloud, async () => fleet.observer),
    told: ({ type, customer, error }) => {
      if (customer === undefined) return;
      if (type === "failed" && error) fleet.failed(customer, error);
      if (type === "recovered") fleet.recovered(customer);
    },
    [Symbol.asyncDispose]: async () => endpoint?.[Symbol.asyncDispose](),
  };
}

const host = ({ host: address }: HealthAddress) => (address.includes(":") ? `[${address}]` : address);
