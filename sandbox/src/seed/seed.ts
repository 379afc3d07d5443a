import type { ClientCertificate } from "../certificates/client-certificate.ts";
import { createModel, type Model } from "../model.ts";
import { type SeededCustomer, seedCustomer } from "./customer.ts";
import { type SeededProvider, seedProvider } from "./provider.ts";

export type Seed = {
  readonly model: Model;
  readonly provider: SeededProvider;
  readonly customers: readonly SeededCustomer[];
};

/** What differs from run to run; all identifiers are the same in every run. */
export type SeedInputs = {
  readonly baseUrl: string;
  readonly certificate: ClientCertificate["certificate"];
  readonly now: Date;
  /** The number of customers; three by default. */
  readonly customers?: number;
};

const named = [
  ["acme", "eu"],
  ["fabrikam", "us"],
  ["tailspin", "ap"],
] as const;
const regions = named.map(([, region]) => region);

/** Contoso, the provider, and customers that have not consented to its app yet: acme, fabrikam, tailspin, customer-4, … */
export function seed(inputs: SeedInputs): Seed {
  const provider = seedProvider(inputs);
  const customers = Array.from({ length: inputs.customers ?? named.length }, (_, index) => {
    const [name, region] = named[index] ?? [`customer-${index + 1}`, regions[index % regions.length] ?? "eu"];
    return seedCustomer(name, region, inputs.now);
  });
  const model = createModel();
  for (const { tenant } of [provider, ...customers]) model.tenants.set(tenant.id, tenant);
  return { model, provider, customers };
}
