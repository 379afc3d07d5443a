import { defineCommand } from "../../../cli/command/define-command.ts";
import type { Context } from "../../../cli/context.ts";
import { parseDays, parseDuration } from "../../../cli/options/times.ts";
import { wrapToPage } from "../../../cli/output/wrap-text.ts";
import { remedyOf } from "../../../cli/remedies/remedies.ts";
import type { View } from "../../../cli/run-command.ts";
import { Failure } from "../../../lib/entry/errors.ts";
import {
  abortRotation,
  type CredentialFileKind,
  defaultDays,
  type RotationStep,
  rotateCredential,
} from "../../../lib/entry/provider-app.ts";
import { countText, plainLine } from "../../../lib/entry/values.ts";

type Options = {
  readonly certificate?: true;
  readonly secret?: true;
  readonly expires?: number;
  readonly keepOld?: true;
  readonly abandon?: true;
  readonly timeout: number;
  readonly dryRun?: true;
};

/** What `--dry-run` would do. */
type Planned = {
  readonly type: "planned";
  readonly kind: CredentialFileKind;
  readonly inUse: string;
  /** Tenants in which the new credential must be proven first. */
  readonly customers: number;
};
export type RotateRecord = RotationStep | Planned;

/** From the config's credential to a new one, with no moment at which a customer cannot be reached. */
export async function* rotate(context: Context, options: Options): AsyncGenerator<RotateRecord> {
  const { certificate, secret, expires, keepOld, abandon, dryRun, timeout: milliseconds } = options;
  if (abandon && dryRun) throw new Failure("UsageConflictingOptions", "--abandon and --dry-run cannot be combined");
  if (certificate && secret)
    throw new Failure("UsageConflictingOptions", "--certificate and --secret cannot be combined");
  if (abandon) {
    yield* abortRotation(context);
    return;
  }
  const { provider, customers } = await context.config.read();
  const kind = certificate ? "certificate" : secret ? "secret" : kindOf(provider.credential?.kind);
  if (kind !== undefined && dryRun) {
    yield { type: "planned", kind, inUse: provider.credential?.kind ?? "none", customers: customers.size };
    return;
  }
  if (kind === undefined) yield { type: "unneeded", credential: provider.credential?.kind ?? "" };
  else
    yield* rotateCredential(context, {
      kind,
      days: expires ?? defaultDays[kind],
      milliseconds,
      keepOld: keepOld === true,
    });
}

/** The kind that replaces the config's: the same. Trust in another issuer has no end, so that nothing replaces it. */
function kindOf(kind: string | undefined): CredentialFileKind | undefined {
  if (kind === "certificate" || kind === "secret") return kind;
  if (kind !== undefined) return undefined;
  throw new Failure("NoCredentialToRotate", "the config has no credential to replace");
}

export const view: View<RotateRecord> = (step, { green, yellow, red, bold, dim }, page) => {
  const wrap = (line: string) => wrapToPage(line, page);
  switch (step.type) {
    case "begun":
    case "continued": {
      const replaced = step.replaces.map(plainLine).join(", ") || "(unknown)";
      return `${wrap(`${green(step.type)} ${step.kind} ${bold(step.name)} in place of ${replaced}`)}\n  ${dim(step.file)}`;
    }
    case "added":
      return `${green(step.outcome)} on the registration, until ${step.endsAt}`;
    case "proven":
      return wrap(`${green("proven")} ${bold(step.whose)}  ${dim(`tenant ${step.tenantId}`)}`);
    case "skipped":
      return wrap(
        `${yellow("skipped")} ${bold(step.whose)}: its tenant refuses the app by any credential (${step.code})`,
      );
    case "refused":
      return `${wrap(`${red("refused")} ${bold(step.whose)}: ${plainLine(step.error.message)}`)}\n  ${dim("next")}  ${plainLine(remedyOf(step.error))}`;
    case "switched":
      return wrap(`${green("switched")} ${step.configFile} uses ${step.name}`);
    case "retired":
      return wrap(`${green("retired")} ${plainLine(step.name)} (${step.id})`);
    case "kept":
      return wrap(`${yellow("kept")} ${step.names.map(plainLine).join(", ") || "the old credential"}: ${step.reason}`);
    case "abandoned":
      return wrap(`${green("abandoned")} ${step.kind} ${step.name}; the config is as it was`);
    case "planned":
      return wrap(
        `${yellow("would add")} a ${step.kind}, prove it in the tenants of ${countText(step.customers, "customer")}, use it in place of the ${step.inUse}, and remove that`,
      );
    case "unneeded":
      return `${green("nothing to do")} ${step.credential} keeps nothing that ends\n  ${dim("a certificate instead:")} xtenant app credential rotate --certificate`;
  }
};

export const rotateCommand = defineCommand({
  name: "rotate",
  summary: "replace the credential that the config uses",
  description:
    "Replace the credential that the config uses: add a new one, prove it with a token in every customer's tenant, update the config, remove the old one. If a customer's tenant refuses the new one, rotation stops before the update; repeat the command to continue.",
  options: {
    certificate: { flags: "--certificate", description: "rotate to a certificate (default: the kind in the config)" },
    secret: { flags: "--secret", description: "rotate to a secret" },
    expires: {
      flags: "--expires <days>",
      description: "validity (default: 180d for a certificate, 90d for a secret)",
      parse: parseDays,
    },
    timeout: {
      flags: "--timeout <duration>",
      description: "how long to wait for a tenant to accept the new credential",
      parse: parseDuration,
      default: 5 * 60_000,
    },
    keepOld: { flags: "--keep-old", description: "keep the old credential on the registration" },
    dryRun: { flags: "--dry-run", description: "show what would be done, and change nothing" },
    abandon: { flags: "--abandon", description: "cancel a rotation that stopped: remove the new credential" },
  },
  changes: true,
  run: (context, _args, options) => rotate(context, options),
  render: view,
  examples: [
    {
      line: "xtenant app credential rotate --certificate --keep-old",
      what: "rotate to a certificate, keep the old credential",
    },
    { line: "xtenant app credential rotate --json", what: "rotate to the same kind, one JSON line per step" },
  ],
  seeAlso: ["app credential list", "verify"],
});
