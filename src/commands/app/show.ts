import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { wrapToPage } from "../../cli/output/wrap-text.ts";
import type { View } from "../../cli/run-command.ts";
import { credentialView } from "../../cli/views/credential-view.ts";
import {
  type AppDrift,
  appDriftOf,
  type CredentialRecord,
  credentialRecord,
  findProviderApp,
  readCurrentFingerprint,
  wantedApp,
} from "../../lib/entry/provider-app.ts";
import { omitUndefined, plainLine } from "../../lib/entry/values.ts";

export type Shown = {
  readonly clientId: string;
  readonly objectId: string;
  readonly uniqueName?: string;
  readonly displayName: string;
  readonly publisherDomain?: string;
  readonly verifiedPublisher?: string;
  readonly tenantId: string;
  readonly audience: string;
  readonly redirectUris: readonly string[];
  readonly locked: boolean;
  readonly permissions: readonly string[];
  readonly drift: readonly AppDrift[];
  readonly credentials: readonly CredentialRecord[];
};

/** The registration of the config's app as it is, and what of it is not as wanted. */
export async function show(context: Context): Promise<Shown> {
  const [{ config, app }, proof] = await Promise.all([findProviderApp(context), readCurrentFingerprint(context)]);
  const { credentials, isLocked, uniqueName, ...rest } = app;
  const now = new Date();
  return {
    ...rest,
    ...omitUndefined({ uniqueName }),
    tenantId: config.provider.tenantId,
    locked: isLocked,
    drift: appDriftOf(app, wantedApp(app.displayName, config.provider.consentRedirectUri)),
    credentials: credentials.map((credential) => credentialRecord(credential, proof, now)),
  };
}

export const view: View<Shown> = (app, style, page) => {
  const wrap = (line: string) => wrapToPage(line, page);
  const { bold, dim, green, yellow } = style;
  const facts = [
    ["client id", app.clientId],
    ["tenant", app.tenantId],
    ["audience", app.audience],
    ["lock", app.locked ? "all properties" : "open"],
    ...app.redirectUris.map((uri) => ["redirect", uri]),
  ].map(([label = "", value = ""]) => `  ${dim(label.padEnd(10))}${plainLine(value)}`);
  const drift = app.drift.map(
    ({ property, found, wanted }) =>
      `  ${yellow("drift")}     ${property}: ${plainLine(found)}; wanted: ${plainLine(wanted)}`,
  );
  return [
    wrap(bold(plainLine(app.displayName))),
    ...facts.map(wrap),
    ...(drift.length === 0 ? [`  ${green("as wanted")}`] : drift.map(wrap)),
    ...app.credentials.map((credential) => credentialView(credential, style, page)),
  ].join("\n");
};

export const showCommand = defineCommand({
  name: "show",
  summary: "show the registration",
  description:
    "Show the registration of the app in the config: audience, redirect URIs, lock, credentials, and differences from what is needed.",
  paged: "top",
  run: show,
  render: view,
  examples: [
    { line: "xtenant app show", what: "show the registration" },
    { line: "xtenant app show --json | grep drift", what: "show only the differences, for a script" },
  ],
  seeAlso: ["app create"],
});
