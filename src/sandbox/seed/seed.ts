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
};

/** Contoso, which provides, and three Customers that have not yet heard of its app. */
export function seed(inputs: SeedInputs): Seed {
  const provider = seedProvider(inputs);
  const customers = [
    seedCustomer("acme", "eu", inputs.now),
    seedCustomer("fabrikam", "us", inputs.now),
    seedCustomer("tailspin", "ap", inputs.now),
  ];
  const model = createModel();
  for (const { tenant } of [provider, ...customers]) model.tenants.set(tenant.id, tenant);
  return { model, provider, customers };
}
