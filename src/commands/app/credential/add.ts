import { defineCommand } from "../../../cli/command/define-command.ts";
import { group, pathOption } from "../../../cli/command/define-option.ts";
import type { Context } from "../../../cli/context.ts";
import { parseDays } from "../../../cli/options/times.ts";
import { wrapToPage } from "../../../cli/output/wrap-text.ts";
import type { View } from "../../../cli/run-command.ts";
import { Failure } from "../../../lib/entry/errors.ts";
import {
  addCredentialFile,
  addFederatedCredential,
  credentialFilePath,
  credentialName,
  defaultDays,
  expiryAfter,
  federatedTrustNames,
  federatedTrustOf,
  findProviderApp,
  gitHubRepository,
  issuerUrl,
  newCredentialName,
  type TrustDescription,
} from "../../../lib/entry/provider-app.ts";
import { plainLine } from "../../../lib/entry/values.ts";

type Options = TrustDescription & {
  readonly federated?: string;
  readonly certificate?: true;
  readonly adopt?: string;
  readonly secret?: true;
  readonly expires?: number;
  readonly use?: true;
  readonly dryRun?: true;
};

export type Added = {
  readonly outcome: "created" | "existing" | "would-create";
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
  const { federated, certificate, secret, adopt, expires, use, dryRun, ...described } = options;
  if ([federated, certificate, secret].filter(Boolean).length !== 1)
    throw new Failure("UsageMissingOption", "use one of --federated <kind>, --certificate, --secret");
  if (federated && (adopt || expires || use))
    throw new Failure("UsageConflictingOptions", "--adopt, --expires and --use require --certificate or --secret");
  if (adopt && (secret || expires))
    throw new Failure(
      "UsageConflictingOptions",
      "--adopt requires --certificate and cannot be combined with --expires",
    );
  const { name = newCredentialName(new Date()), ...foreign } = described;
  if (!federated && Object.values(foreign).some((value) => value !== undefined))
    throw new Failure("UsageMissingOption", "options that describe the issuer's tokens require --federated");
  const trust = federated && federatedTrustOf(federated, described, await context.config.read());
  const own = await findProviderApp(context);
  if (trust) return addFederatedCredential(context, own, trust, { dryRun: dryRun === true });
  const kind = certificate ? "certificate" : "secret";
  if (secret && !dryRun)
    context.log.info(
      "a secret is the weakest proof: a process that reads the file can act as the app in the tenant of every customer",
    );
  const file = adopt ?? credentialFilePath(own.config.file, kind, name);
  const endsAt = expiryAfter(expires ?? defaultDays[kind], new Date());
  if (dryRun)
    return {
      outcome: "would-create",
      kind,
      name,
      file,
      ...(adopt === undefined ? { endsAt: endsAt.toISOString() } : {}),
      usedByConfig: use === true,
    };
  return addCredentialFile(context, own, {
    kind,
    name,
    file,
    endsAt,
    isAdopted: adopt !== undefined,
    use: use === true,
  });
}

export const view: View<Added> = (added, { green, yellow, bold, dim }, page) => {
  const { outcome, kind, name, issuer, subject, audience, file, endsAt, usedByConfig } = added;
  const facts = [
    ...(subject === undefined ? [] : [`${plainLine(subject)} of ${issuer}, for ${audience}`]),
    ...(file === undefined ? [] : [`in ${file}${endsAt === undefined ? "" : `, until ${endsAt}`}`]),
  ];
  const unused = file !== undefined && !usedByConfig;
  const next = usedByConfig
    ? "xtenant verify"
    : unused
      ? "nothing uses it yet: --use writes it to the config, or xtenant app credential rotate replaces the credential"
      : "Entra needs some minutes to know it everywhere; then: xtenant verify";
  const isPlanned = outcome === "would-create";
  return [
    `${(isPlanned ? yellow : green)(outcome.replace("-", " "))} ${kind} ${bold(plainLine(name))}`,
    ...facts.map((fact) => `  ${dim(fact)}`),
  ]
    .map((line) => wrapToPage(line, page))
    .concat(`  ${dim("next")}  ${next}`)
    .join("\n");
};

export const addCommand = defineCommand({
  name: "add",
  summary: "add a credential",
  description:
    "Add a credential to the app. Prefer a federated credential, which leaves nothing to keep secret; then a certificate, whose key never leaves this machine; then a secret.",
  options: {
    ...group("Federated credential:", {
      federated: {
        flags: "--federated <kind>",
        description: "trust the tokens of another issuer",
        choices: federatedTrustNames,
      },
      subject: {
        flags: "--subject <text>",
        description: "managed-identity: its object id; aks: system:serviceaccount:<ns>:<name>; oidc: the `sub` claim",
        sensitive: false,
      },
      issuer: {
        flags: "--issuer <url>",
        description: "aks, oidc: the exact `iss` claim of the tokens",
        parse: issuerUrl,
      },
      audience: {
        flags: "--audience <text>",
        description: "oidc: the `aud` claim of the tokens (default: that of the cloud)",
        sensitive: false,
      },
    }),
    ...group("With --federated github:", {
      repo: {
        flags: "--repo <owner/name>",
        description: "owner/name, or owner@id/name@id for repositories that were created or renamed since July 2026",
        parse: gitHubRepository,
      },
      environment: { flags: "--environment <name>", description: "jobs in this environment", sensitive: false },
      branch: { flags: "--branch <name>", description: "jobs on this branch", sensitive: false },
      tag: { flags: "--tag <name>", description: "jobs on this tag", sensitive: false },
      pullRequest: { flags: "--pull-request", description: "jobs of pull requests" },
    }),
    ...group("Certificate or secret:", {
      certificate: { flags: "--certificate", description: "create a key and certificate in a file next to the config" },
      adopt: pathOption("--adopt <file>", "with --certificate: use this PEM file with certificate and private key"),
      secret: { flags: "--secret", description: "create a secret in a file next to the config; the last resort" },
      expires: {
        flags: "--expires <days>",
        description: "validity (default: 180d for a certificate, 90d for a secret)",
        parse: parseDays,
      },
      use: { flags: "--use", description: "with --certificate, --secret: use it in the config" },
    }),
    dryRun: { flags: "--dry-run", description: "show what would be added, and add nothing" },
    name: { flags: "--name <name>", description: "name of the credential on the registration", parse: credentialName },
  },
  changes: true,
  run: (context, _args, options) => add(context, options),
  render: view,
  examples: [
    {
      line: "xtenant app credential add --federated managed-identity --subject 5d0c9a52-6a0b-4f1e-9d53-4c1f0b6f3a11",
      what: "trust a managed identity, by its object id: nothing to keep secret",
    },
    {
      line: "xtenant app credential add --federated github --repo contoso@1234/orders@5678 --branch main",
      what: "trust the GitHub jobs of a branch, by ids that a rename does not change",
    },
    {
      line: "xtenant app credential add --federated aks --issuer https://westeurope.oic.prod-aks.azure.com/t/c/ --subject system:serviceaccount:orders:xtenant",
      what: "trust a Kubernetes service account",
    },
    {
      line: "xtenant app credential add --certificate --expires 90d --use",
      what: "create a key and certificate, and use it in the config",
    },
  ],
  seeAlso: ["app credential rotate", "help config"],
});
