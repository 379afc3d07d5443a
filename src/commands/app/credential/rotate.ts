import { Command } from "@commander-js/extra-typings";
import type { Context } from "../../../cli/context.ts";
import { withExamples } from "../../../cli/help/command-help.ts";
import { parseDays, parseDuration } from "../../../cli/options/parsers.ts";
import type { Run, View } from "../../../cli/run-command.ts";
import { type CredentialFileKind, defaultDays } from "../../../lib/app-registration/credential-file.ts";
import { abortRotation, type RotationStep, rotateCredential } from "../../../lib/app-registration/rotate-credential.ts";
import { plainLine } from "../../../lib/domain/plain-text.ts";
import { Failure } from "../../../lib/errors/failure.ts";

type Options = {
  readonly certificate?: true;
  readonly secret?: true;
  readonly expires?: number;
  readonly keepOld?: true;
  readonly abandon?: true;
  readonly timeout: number;
};

/** From the config's credential to a new one, with no moment at which a Customer cannot be reached. */
export async function* rotate(context: Context, options: Options): AsyncGenerator<RotationStep> {
  const { certificate, secret, expires, keepOld, abandon, timeout: milliseconds } = options;
  if (certificate && secret) throw new Failure("usage", "--certificate and --secret exclude each other");
  if (abandon) {
    yield* abortRotation(context);
    return;
  }
  const { provider } = await context.config.read();
  const kind = certificate ? "certificate" : secret ? "secret" : kindOf(provider.credential?.kind);
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
  throw new Failure("usage", "the config names no credential to be replaced", {
    hint: "xtenant app credential add --certificate --use",
  });
}

export const view: View<RotationStep> = (step, { green, yellow, red, bold, dim }) => {
  switch (step.type) {
    case "begun":
    case "continued": {
      const replaced = step.replaces.map(plainLine).join(", ") || "(unknown)";
      return `${green(step.type)} ${step.kind} ${bold(step.name)} in place of ${replaced}\n  ${dim(step.file)}`;
    }
    case "added":
      return `${green(step.outcome)} on the registration, until ${step.endsAt}`;
    case "proven":
      return `${green("proven")} ${bold(step.whose)}  ${dim(`tenant ${step.tenantId}`)}`;
    case "skipped":
      return `${yellow("skipped")} ${bold(step.whose)}: its tenant refuses the app by any credential (${step.code})`;
    case "refused":
      return `${red("refused")} ${bold(step.whose)}: ${plainLine(step.error.message)}\n  ${dim("next")}  ${plainLine(step.error.hint ?? "")}`;
    case "switched":
      return `${green("switched")} ${step.configFile} uses ${step.name}`;
    case "retired":
      return `${green("retired")} ${plainLine(step.name)} (${step.id})`;
    case "kept":
      return `${yellow("kept")} ${step.names.map(plainLine).join(", ") || "the old credential"}: ${step.reason}`;
    case "abandoned":
      return `${green("abandoned")} ${step.kind} ${step.name}; the config is as it was`;
    case "unneeded":
      return `${green("nothing to do")} ${step.credential} keeps nothing that ends\n  ${dim("a certificate instead:")} xtenant app credential rotate --certificate`;
  }
};

export const rotateCommand = (run: Run) =>
  new Command("rotate")
    .summary("replace the one that the config uses")
    .description(
      "Replace the credential that the config uses: add a new one, prove it by a token in every Customer's tenant, switch the config, retire the old. A Customer that refuses the new one stops it before the switch; repeat to continue.",
    )
    .option("--certificate", "by a certificate (default: the kind that the config has)")
    .option("--secret", "by a secret")
    .option("--expires <days>", "how long it is good (default: 180d for a certificate, 90d for a secret)", parseDays)
    .option("--timeout <duration>", "how long a tenant may take to know it", parseDuration, 5 * 60_000)
    .option("--keep-old", "leave the old one on the registration")
    .option("--abandon", "give up a rotation that was stopped: take the new one away again")
    .configureHelp(
      withExamples({
        examples: [
          {
            line: "xtenant app credential rotate --certificate --keep-old",
            what: "to a new certificate, with the old credential left as it was",
          },
          { line: "xtenant app credential rotate --json", what: "to a new one of the same kind, a line for each step" },
        ],
        seeAlso: ["app credential list", "verify"],
      }),
    )
    .action((options) => run(rotate, view)(options));
