import { Failure } from "../../failure.ts";
import type { Config } from "../../tenancy/config.ts";
import { consentLink } from "../../tenancy/consent.ts";
import type { Customer } from "../../tenancy/customer.ts";
import { azScript } from "./az.ts";
import { bicepModule } from "./bicep.ts";
import { delegationScript } from "./delegation.ts";
import { functionsSettings } from "./functions.ts";
import { portalSteps } from "./portal.ts";
import { accessRequest, type Creates } from "./request.ts";
import { terraformModule } from "./terraform.ts";

export const emitForms = ["az", "bicep", "terraform", "portal", "delegation", "functions"] as const;
export type EmitForm = (typeof emitForms)[number];

export type Emitted = {
  readonly type: "emitted";
  readonly customer: string;
  readonly tenantId: string;
  readonly form: EmitForm;
  readonly text: string;
};

/** What a Customer's administrator reviews and runs instead of our tool. Nobody is asked, nothing is changed. */
export function emitted(config: Config, customer: Customer, form: EmitForm, creates: Creates = "nothing"): Emitted {
  if (creates !== "nothing" && !creators.includes(form))
    throw new Failure("usage", `--with-queues and --with-namespace go with --emit ${creators.join(", ")}`);
  return {
    type: "emitted",
    customer: customer.name,
    tenantId: customer.tenantId,
    form,
    text: textOf(config, customer, form, creates),
  };
}

/** The forms that can make what is not there. */
const creators: readonly EmitForm[] = ["az", "bicep", "terraform", "portal"];

function textOf(config: Config, customer: Customer, form: EmitForm, creates: Creates): string {
  const request = accessRequest(config, customer, creates);
  switch (form) {
    case "az":
      return azScript(request);
    case "bicep":
      return bicepModule(request);
    case "terraform":
      return terraformModule(request);
    case "portal":
      return portalSteps(request, consentLink(config.cloud, config.provider, customer));
    case "delegation":
      return delegationScript(request);
    case "functions":
      return functionsSettings(config, customer);
  }
}
