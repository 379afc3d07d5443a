import type { Config } from "../../tenancy/config.ts";
import { consentLink } from "../../tenancy/consent.ts";
import type { Customer } from "../../tenancy/customer.ts";
import { azScript } from "./az.ts";
import { bicepModule } from "./bicep.ts";
import { functionsSettings } from "./functions.ts";
import { portalSteps } from "./portal.ts";
import { accessRequest } from "./request.ts";
import { terraformModule } from "./terraform.ts";

export const emitForms = ["az", "bicep", "terraform", "portal", "functions"] as const;
export type EmitForm = (typeof emitForms)[number];

export type Emitted = {
  readonly type: "emitted";
  readonly customer: string;
  readonly tenantId: string;
  readonly form: EmitForm;
  readonly text: string;
};

/** What a Customer's administrator reviews and runs instead of our tool. Nobody is asked, nothing is changed. */
export function emitted(config: Config, customer: Customer, form: EmitForm): Emitted {
  return {
    type: "emitted",
    customer: customer.name,
    tenantId: customer.tenantId,
    form,
    text: textOf(config, customer, form),
  };
}

function textOf(config: Config, customer: Customer, form: EmitForm): string {
  switch (form) {
    case "az":
      return azScript(accessRequest(config, customer));
    case "bicep":
      return bicepModule(accessRequest(config, customer));
    case "terraform":
      return terraformModule(accessRequest(config, customer));
    case "portal":
      return portalSteps(accessRequest(config, customer), consentLink(config.cloud, config.provider, customer));
    case "functions":
      return functionsSettings(config, customer);
  }
}
