import { expiryWarningDays } from "../../lib/app-registration/credential-expiry.ts";
import type { CredentialRecord } from "../../lib/app-registration/credential-record.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";
import { wrapToPage } from "../output/wrap-text.ts";
import type { View } from "../run-command.ts";

/** A credential of the app on two lines. */
export const credentialView: View<CredentialRecord> = (credential, { bold, dim, green, yellow, red }, page) => {
  const { kind, id, name, inUse, daysLeft, issuer, subject, thumbprint } = credential;
  const left =
    daysLeft === undefined
      ? "no end"
      : daysLeft < 0
        ? red("over")
        : (daysLeft < expiryWarningDays ? yellow : green)(`${daysLeft} days left`);
  const use = inUse === undefined ? dim("in use: unknown") : inUse ? green("in use") : "";
  const what = issuer === undefined ? thumbprint : `${subject} of ${issuer}`;
  return [
    [kind.padEnd(11), bold(plainLine(name || "(no name)")), left, use].join("  ").trimEnd(),
    `  ${dim(plainLine([id, what].filter(Boolean).join("  ")))}`,
  ]
    .map((line) => wrapToPage(line, page))
    .join("\n");
};
