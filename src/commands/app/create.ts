import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { confirmCustomers, yesOption } from "../../cli/options/confirm-customers.ts";
import { wrapToPage } from "../../cli/output/wrap-text.ts";
import type { View } from "../../cli/run-command.ts";
import { displayName } from "../../cli/terminal/init-prompts.ts";
import type { Config } from "../../lib/entry/customers.ts";
import {
  type AppDrift,
  type AppRegistration,
  createApp,
  credentialName,
  planApp,
  wantedApp,
} from "../../lib/entry/provider-app.ts";
import { countText, omitUndefined, plainLine } from "../../lib/entry/values.ts";

type Options = {
  readonly name?: string;
  readonly uniqueName: string;
  readonly providerName?: string;
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
export async function create(context: Context, options: Options): Promise<Created> {
  const { name, uniqueName, providerName, use, dryRun } = options;
  const config = await context.config.read();
  const registrations = await context.azure.appRegistrations(config);
  const { provider } = config;
  const wanted = wantedApp(name ?? defaultName, provider.consentRedirectUri);
  const planned = await planApp(registrations, { uniqueName, wanted });
  await confirmUse(context, { config, planned: planned.app, options });
  if (dryRun) {
    const { outcome, app } = planned;
    const { clientId, objectId } = app ?? {};
    return {
      outcome,
      ...omitUndefined({ clientId, objectId }),
      uniqueName,
      displayName: app?.displayName ?? wanted.displayName,
      tenantId: provider.tenantId,
      drift: [],
      configuredClientId: provider.clientId,
    };
  }
  const { app, ...made } = await createApp(context, registrations, { uniqueName, wanted });
  const { clientId, objectId, displayName: found } = app;
  if (name !== undefined && name !== found)
    context.log.info(
      `warning: the app that was found is named '${plainLine(found)}', and --name '${plainLine(name)}' does not rename it; another app: --unique-name <name>`,
    );
  if (use || providerName !== undefined)
    await context.config.change((document) => ({
      ...document,
      provider: { ...document.provider, ...(use && { clientId }), ...omitUndefined({ name: providerName }) },
    }));
  return {
    ...made,
    clientId,
    objectId,
    uniqueName,
    displayName: found,
    tenantId: provider.tenantId,
    configuredClientId: use ? clientId : provider.clientId,
  };
}

/** Another app has no consent of any customer. Scripts need `--yes` here too, and nothing is created before the answer. */
async function confirmUse(
  context: Context,
  {
    config,
    planned,
    options,
  }: { readonly config: Config; readonly planned: AppRegistration | undefined; readonly options: Options },
): Promise<void> {
  const customers = [...config.customers.values()];
  const current = config.provider.clientId;
  if (!options.use || planned?.clientId === current || customers.length === 0) return;
  const app = planned === undefined ? "the new app" : `app ${planned.clientId}`;
  context.log.info(
    `warning: ${countText(customers.length, "customer")} may have consented to app ${current}; each must consent again to ${app}`,
  );
  if (options.dryRun) return;
  await confirmCustomers(context, {
    config,
    customers,
    action: `Use ${app} for`,
    yes: options.yes,
    scripts: "need --yes",
  });
}

export const view: View<Created> = (created, { green, yellow, bold, dim }, page) => {
  const { outcome, uniqueName, clientId, displayName, tenantId, servicePrincipal, drift, configuredClientId } = created;
  const next =
    clientId === undefined
      ? "xtenant app create"
      : configuredClientId === clientId
        ? "xtenant app credential add --help"
        : `the config uses app ${configuredClientId}; this one instead: xtenant app create${uniqueName === defaultName ? "" : ` --unique-name ${uniqueName}`} --use`;
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
    providerName: {
      flags: "--provider-name <text>",
      description: "write the provider's name to the config; customers read it in invitations and on pages",
      parse: displayName,
      sensitive: false,
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
