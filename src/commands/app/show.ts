import { Command } from "@commander-js/extra-typings";
import type { Context } from "../../cli/context.ts";
import { withExamples } from "../../cli/help/command-help.ts";
import type { Run, View } from "../../cli/run-command.ts";
import { credentialView } from "../../cli/views/credential-view.ts";
import {
  type CredentialRecord,
  credentialRecord,
  readCurrentFingerprint,
} from "../../lib/app-registration/credential-record.ts";
import { findProviderApp } from "../../lib/app-registration/provider-app.ts";
import { type AppDrift, appDriftOf, wantedApp } from "../../lib/domain/app-registration.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";

type Shown = {
  readonly clientId: string;
  readonly objectId: string;
  readonly uniqueName: string | null;
  readonly displayName: string;
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
  const { credentials, isLocked, uniqueName = null, ...rest } = app;
  const now = new Date();
  return {
    ...rest,
    uniqueName,
    tenantId: config.provider.tenantId,
    locked: isLocked,
    drift: appDriftOf(app, wantedApp(app.displayName, config.provider.consentRedirectUri)),
    credentials: credentials.map((credential) => credentialRecord(credential, proof, now)),
  };
}

export const view: View<Shown> = (app, style) => {
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
    bold(plainLine(app.displayName)),
    ...facts,
    ...(drift.length === 0 ? [`  ${green("as wanted")}`] : drift),
    ...app.credentials.map((credential) => credentialView(credential, style)),
  ].join("\n");
};

export const showCommand = (run: Run) =>
  new Command("show")
    .summary("show its registration")
    .description("Show the registration of the config's app: audience, redirect addresses, lock, credentials, drift.")
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant app show", what: "for a person" },
          { line: "xtenant app show --json | grep drift", what: "for a script: what is not as wanted" },
        ],
        seeAlso: ["app create"],
      }),
    )
    .action(() => run(show, view)());
