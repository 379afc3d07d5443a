import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { confirmCustomers, yesOption } from "../../cli/options/confirm-customers.ts";
import { wrapToPage } from "../../cli/output/wrap-text.ts";
import type { View } from "../../cli/run-command.ts";
import { type AppDrift, createApp, credentialName, planApp, wantedApp } from "../../lib/entry/provider-app.ts";
import { countText, omitUndefined, plainLine } from "../../lib/entry/values.ts";

type Options = {
  readonly name?: string;
  readonly uniqueName: string;
  readonly use?: true;
  readonly yes?: true;
  readonly dryRun?: true;
};

const defaultName = "xtenant";

export type Created = {
  readonly outcome: "created" | "updated" | "existing" | "would-create" | "would-update";
  /** Absent for an app that does not exist yet. */
  readonly clientId?: string;
  readonly objectId?: string;
  readonly uniqueName: string;
  readonly displayName: string;
  readonly tenantId: string;
  /** Absent under `--dry-run`. */
  readonly servicePrincipal?: "created" | "existing";
  readonly drift: readonly AppDrift[];
  /** The client id that the config has now. */
  readonly configuredClientId: string;
};

/** Creates one registration for this unique name, safe to repeat. The config changes only when asked. */
export async function create(context: Context, { name, uniqueName, use, yes, dryRun }: Options): Promise<Created> {
  const config = await context.config.read();
  const registrations = await context.azure.appRegistrations(config);
  const { provider } = config;
  const wanted = wantedApp(name ?? defaultName, provider.consentRedirectUri);
  if (dryRun) {
    const { outcome, app } = await planApp(registrations, { uniqueName, wanted });
    const { clientId, objectId, displayName = wanted.displayName } = app ?? {};
    return {
      outcome,
      ...omitUndefined({ clientId, objectId }),
      uniqueName,
      displayName,
      tenantId: provider.tenantId,
      drift: [],
      configuredClientId: provider.clientId,
    };
  }
  const { app, ...made } = await createApp(context, registrations, { uniqueName, wanted });
  const { clientId, objectId, displayName } = app;
  if (name !== undefined && name !== displayName)
    context.log.info(
      `warning: the app that was found is named '${plainLine(displayName)}', and --name '${plainLine(name)}' does not rename it; another app: --unique-name <name>`,
    );
  const customers = [...config.customers.values()];
  if (use && clientId !== provider.clientId && customers.length > 0) {
    context.log.info(
      `warning: ${countText(customers.length, "customer")} may have consented to app ${provider.clientId}; each must consent again to app ${clientId}`,
    );
    await confirmCustomers(context, { config, customers, action: `Use app ${clientId} for`, yes });
  }
  if (use) await context.config.change((document) => ({ ...document, provider: { ...document.provider, clientId } }));
  return {
    ...made,
    clientId,
    objectId,
    uniqueName,
    displayName,
    tenantId: provider.tenantId,
    configuredClientId: use ? clientId : provider.clientId,
  };
}

export const view: View<Created> = (created, { green, yellow, bold, dim }, page) => {
  const { outcome, clientId, displayName, tenantId, servicePrincipal, drift, configuredClientId } = created;
  const next =
    clientId === undefined
      ? "xtenant app create"
      : configuredClientId === clientId
        ? "xtenant app credential add --help"
        : `the config uses app ${configuredClientId}; this one instead: xtenant app create --use`;
  return [
    `${(outcome.startsWith("would") ? yellow : green)(outcome.replace("-", " "))} ${bold(plainLine(displayName))}${clientId === undefined ? "" : `  client id ${clientId}`}`,
    `  ${dim(`multi-tenant app of tenant ${tenantId}${servicePrincipal === undefined ? "" : `; its own service principal: ${servicePrincipal}`}`)}`,
    ...drift.map(({ property, found }) => `  ${yellow("drift")}  ${property}: ${plainLine(found)} is more than wanted`),
  ]
    .map((line) => wrapToPage(line, page))
    .concat(`  ${dim("next")}  ${next}`)
    .join("\n");
};

export const createCommand = defineCommand({
  name: "create",
  summary: "register the app",
  description:
    "Register the multi-tenant app in the provider's tenant. Its properties are locked and it has no permission beyond sign-in. Safe to repeat: an app with the same unique name is used again.",
  options: {
    name: {
      flags: "--name <text>",
      description: "display name that administrators see when they consent (default: xtenant)",
      sensitive: false,
    },
    uniqueName: {
      flags: "--unique-name <name>",
      description: "unique name by which the app is found again",
      parse: credentialName,
      default: "xtenant",
    },
    use: { flags: "--use", description: "write the client id to the config" },
    dryRun: { flags: "--dry-run", description: "show what would be created or updated, and change nothing" },
    yes: yesOption,
  },
  changes: true,
  run: (context, _args, options) => create(context, options),
  render: view,
  examples: [
    {
      line: "xtenant app create --name 'Contoso orders'",
      what: "use the display name that the customers' administrators will see",
    },
    { line: "xtenant app create --use", what: "also write the client id to the config" },
  ],
  seeAlso: ["app credential add", "onboard"],
});
