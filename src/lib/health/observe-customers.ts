import type { Customer } from "../domain/customer.ts";
import type { AzureServices } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import type { ReceiveRecord } from "../receive/receive-record.ts";
import { type CustomerHealthTracker, createCustomerHealthTracker } from "../telemetry/customer-health.ts";
import { observeAzureServices } from "../telemetry/observe-azure-services.ts";
import type { HealthAddress } from "./health-address.ts";
import { openHealth } from "./open-health.ts";

export type ObservedCustomers = AsyncDisposable & {
  /** The Azure services to use, which observe the state of each customer. */
  readonly azure: AzureServices;
  /** Receives the records that say which customers fail and which have recovered. */
  observe(
    event: { readonly type: string } & Partial<Pick<Extract<ReceiveRecord, { type: "failed" }>, "customer" | "error">>,
  ): void;
};

type Needs = Pick<UseCaseContext, "azure" | "log" | "telemetry">;

/** Observes the state of each customer for probes, telemetry and a status line. Without any of these it observes nothing. */
export async function observeCustomers(
  { azure, log, telemetry }: Needs,
  customers: readonly Customer[],
  health: HealthAddress | undefined,
  lookingOn?: (fleet: CustomerHealthTracker) => void,
): Promise<ObservedCustomers> {
  const metrics = health && (await telemetry.forPrometheus());
  const unwanted = lookingOn === undefined && metrics === undefined && (await telemetry.observer()) === undefined;
  if (unwanted) return { azure, observe: () => {}, [Symbol.asyncDispose]: async () => {} };
  const fleet = createCustomerHealthTracker(customers);
  lookingOn?.(fleet);
  await telemetry.watch(fleet);
  const endpoint = health && metrics && (await openHealth(health, { fleet, metrics }));
  if (endpoint) log.info(`health: http://${host(health)}:${endpoint.port}/status`);
  return {
    azure: observeAzureServices(azure, async () => fleet.observer),
    observe: ({ type, customer, error }) => {
      if (customer === undefined) return;
      if (type === "failed" && error) fleet.failed(customer, error);
      if (type === "recovered") fleet.recovered(customer);
    },
    [Symbol.asyncDispose]: async () => endpoint?.[Symbol.asyncDispose](),
  };
}

const host = ({ host: address }: HealthAddress) => (address.includes(":") ? `[${address}]` : address);
