import type { Config } from "../../config/config.ts";
import { buildConsentLink } from "../../domain/consent-link.ts";
import type { Customer } from "../../domain/customer.ts";
import { portalLinks } from "../../domain/portal-links.ts";
import { Failure } from "../../errors/failure.ts";
import { accessRequest, type Creates } from "./access-request.ts";
import { azScript } from "./az-script.ts";
import { bicepModule } from "./bicep-module.ts";
import { delegationScript } from "./delegation-script.ts";
import type { EmitForm } from "./emit-forms.ts";
import { functionsSettings } from "./functions-settings.ts";
import { portalSteps } from "./portal-steps.ts";
import { terraformModule } from "./terraform-module.ts";

export type AccessFile = {
  readonly type: "emitted";
  readonly customer: string;
  readonly tenantId: string;
  readonly form: EmitForm;
  readonly text: string;
};

/** Files that a customer's administrator reviews and runs without xtenant. Creating them makes no call to Azure. */
export function renderAccessFile(
  config: Config,
  customer: Customer,
  form: EmitForm,
  creates: Creates = "nothing",
): AccessFile {
  if (creates !== "nothing" && !creators.includes(form))
    throw new Failure("UsageMissingOption", `--with-queues and --with-namespace require --emit ${creators.join(", ")}`);
  return {
    type: "emitted",
    customer: customer.name,
    tenantId: customer.tenantId,
    form,
    text: textOf(config, customer, form, creates),
  };
}

/** The forms that can create missing resources. */
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
      return portalSteps(
        request,
        buildConsentLink(config.cloud, config.provider, customer),
        portalLinks(config.cloud, customer),
      );
    case "delegation":
      return delegationScript(request);
    case "functions":
      return functionsSettings(config, customer);
  }
}
