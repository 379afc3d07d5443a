import { resolve } from "node:path";
import { Command, Option } from "@commander-js/extra-typings";
import type { Context } from "../../../cli/context.ts";
import { withExamples } from "../../../cli/help/command-help.ts";
import { parseArgument, parseDays } from "../../../cli/options/parsers.ts";
import type { Run, View } from "../../../cli/run-command.ts";
import { addCredentialFile, addFederatedCredential } from "../../../lib/app-registration/add-credential.ts";
import {
  credentialFilePath,
  defaultDays,
  expiryAfter,
  newCredentialName,
} from "../../../lib/app-registration/credential-file.ts";
import {
  federatedTrustNames,
  federatedTrustOf,
  type TrustDescription,
} from "../../../lib/app-registration/federated-trust.ts";
import { findProviderApp } from "../../../lib/app-registration/provider-app.ts";
import { credentialName, gitHubRepository, issuerUrl } from "../../../lib/domain/federated-credential.ts";
import { plainLine } from "../../../lib/domain/plain-text.ts";
import { Failure } from "../../../lib/errors/failure.ts";

type Options = TrustDescription & {
  readonly federated?: string;
  readonly certificate?: true;
  readonly adopt?: string;
  readonly secret?: true;
  readonly expires?: number;
  readonly use?: true;
};

type Added = {
  readonly outcome: "created" | "existing";
  readonly kind: "federated" | "certificate" | "secret";
  readonly name: string;
  readonly issuer?: string;
  readonly subject?: string;
  readonly audience?: string;
  readonly file?: string;
  readonly endsAt?: string;
  readonly usedByConfig: boolean;
};

/** Adds one more proof of the app; those that are there stay. */
export async function add(context: Context, options: Options): Promise<Added> {
  const { federated, certificate, secret, adopt, expires, use, ...described } = options;
  if ([federated, certificate, secret].filter(Boolean).length !== 1)
    throw new Failure("usage", "say what to add: one of --federated <kind>, --certificate, --secret");
  if (federated && (adopt || expires || use))
    throw new Failure("usage", "--adopt, --expires and --use go with --certificate or --secret");
  if (adopt && (secret || expires))
    throw new Failure("usage", "--adopt goes with --certificate, and without --expires");
  const { name = newCredentialName(new Date()), ...foreign } = described;
  if (!federated && Object.values(foreign).some((value) => value !== undefined))
    throw new Failure("usage", "what describes an issuer's tokens goes with --federated");
  const trust = federated && federatedTrustOf(federated, described, await context.config.read());
  const own = await findProviderApp(context);
  if (trust) return addFederatedCredential(context, own, trust);
  const kind = certificate ? "certificate" : "secret";
  if (secret)
    context.log.info("a secret is the weakest proof: whoever reads the file is the app, in every Customer's tenant");
  const file = adopt
    ? resolve(context.terminal.workingDirectory, adopt)
    : credentialFilePath(own.config.file, kind, name);
  const endsAt = expiryAfter(expires ?? defaultDays[kind], new Date());
  return addCredentialFile(context, own, {
    kind,
    name,
    file,
    endsAt,
    isAdopted: adopt !== undefined,
    use: use === true,
  });
}

export const view: View<Added> = (added, { green, bold, dim }) => {
  const { outcome, kind, name, issuer, subject, audience, file, endsAt, usedByConfig } = added;
  const facts = [
    ...(subject === undefined ? [] : [`${plainLine(subject)} of ${issuer}, for ${audience}`]),
    ...(file === undefined ? [] : [`in ${file}, until ${endsAt}`]),
  ];
  const next = usedByConfig ? "xtenant verify" : "Entra needs some minutes to know it everywhere";
  return [
    `${green(outcome)} ${kind} ${bold(plainLine(name))}`,
    ...facts.map((fact) => `  ${dim(fact)}`),
    `  ${dim("next")}  ${next}`,
  ].join("\n");
};

export const addCommand = (run: Run) =>
  new Command("add")
    .summary("add one")
    .description(
      "Add what proves the app. Best is trust in another issuer's tokens, which leaves nothing to keep secret; then a certificate, whose key never leaves this machine; last a secret.",
    )
    .optionsGroup("Trust in another issuer's tokens:")
    .addOption(new Option("--federated <kind>", "trust another issuer's tokens").choices(federatedTrustNames))
    .option(
      "--subject <text>",
      "managed-identity: its object id; aks: system:serviceaccount:<ns>:<name>; oidc: the `sub`",
    )
    .option("--issuer <url>", "aks, oidc: the tokens' `iss`, exactly", parseArgument(issuerUrl))
    .option("--audience <text>", "oidc: the tokens' `aud` (default: the cloud's)")
    .optionsGroup("With --federated github:")
    .option(
      "--repo <owner/name>",
      "owner/name, or owner@id/name@id, as tokens of repositories made or renamed since July 2026 have it",
      parseArgument(gitHubRepository),
    )
    .option("--environment <name>", "jobs in this environment")
    .option("--branch <name>", "jobs on this branch")
    .option("--tag <name>", "jobs on this tag")
    .option("--pull-request", "jobs of pull requests")
    .optionsGroup("A certificate or a secret:")
    .option("--certificate", "a new key and certificate in a file beside the config")
    .option("--adopt <file>", "--certificate: one that is there, PEM with its private key")
    .option("--secret", "a secret in a file beside the config; the last resort")
    .option("--expires <days>", "how long it is good (default: 180d for a certificate, 90d for a secret)", parseDays)
    .option("--use", "--certificate, --secret: have the config use it from now on")
    .optionsGroup("Options:")
    .option("--name <name>", "its name on the registration", parseArgument(credentialName))
    .configureHelp(
      withExamples({
        examples: [
          {
            line: "xtenant app credential add --federated managed-identity --subject 5d0c9a52-6a0b-4f1e-9d53-4c1f0b6f3a11",
            what: "a managed identity, by its object id: nothing to keep secret",
          },
          {
            line: "xtenant app credential add --federated github --repo contoso@1234/orders@5678 --branch main",
            what: "a branch's jobs on GitHub, by the ids that a rename does not change",
          },
          {
            line: "xtenant app credential add --federated aks --issuer https://westeurope.oic.prod-aks.azure.com/t/c/ --subject system:serviceaccount:orders:xtenant",
            what: "a Kubernetes service account",
          },
          {
            line: "xtenant app credential add --certificate --expires 90d --use",
            what: "a key made here, which the config uses from now on",
          },
        ],
        seeAlso: ["app credential rotate", "help config"],
      }),
    )
    .action((options) => run(add, view)(options));
