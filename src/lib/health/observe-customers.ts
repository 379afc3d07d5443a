import type { Customer } from "../domain/customer.ts";
import type { AzureServices } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import type { ReceiveRecord } from "../receive/receive-record.ts";
import { type CustomerHealthTracker, createCustomerHealthTracker } from "../telemetry/customer-health.ts";
import { observeAzureServices } from "../telemetry/observe-azure-services.ts";
import type { HealthAddress } from "./health-address.ts";
import { openHealth } from "./open-health.ts";

export type ObservedCustomers = AsyncDisposable & {
  /** The cloud to work with, so that it is seen how each customer stands. */
  readonly azure: AzureServices;
  /** Takes the records that say who fails and who has recovered. */
  told(
    event: { readonly type: string } & Partial<Pick<Extract<ReceiveRecord, { type: "failed" }>, "customer" | "error">>,
  ): void;
};

type Needs = Pick<UseCaseContext, "azure" | "log" | "telemetry">;

/** Keeps an eye on how each customer stands, for probes, telemetry and who looks on; where none of them is wanted, on nothing. */
export async function observeCustomers(
  { azure, log, telemetry }: Needs,
  customers: readonly Customer[],
  health: HealthAddress | undefined,
  lookingOn?: (fleet: CustomerHealthTracker) => void,
): Promise<ObservedCustomers> {
  const metrics = health && (await telemetry.forPrometheus());
  const unwanted = lookingOn === undefined && metrics === undefined && (await telemetry.observer()) === undefined;
  if (unwanted) return { azure, told: () => {}, [Symbol.asyncDispose]: async () => {} };
  const fleet = createCustomerHealthTracker(customers);
  lookingOn?.(fleet);
  await telemetry.watch(fleet);
  const endpoint = health && metrics && (await openHealth(health, { fleet, metrics }));
  if (endpoint) log.info(`health: http://${host(health)}:${endpoint.port}/status`);
  return {
    azure: observeAzureServices(azure, async () => fleet.observer),
    told: ({ type, customer, error }) => {
      if (customer === undefined) return;
      if (type === "failed" && error) fleet.failed(customer, error);
      if (type === "recovered") fleet.recovered(customer);
    },
    [Symbol.asyncDispose]: async () => endpoint?.[Symbol.asyncDispose](),
  };
}

const host = ({ host: address }: HealthAddress) => (address.includes(":") ? `[${address}]` : address);
