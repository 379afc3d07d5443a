import stringWidth from "fast-string-width";
import { expiryWarningDays } from "../../lib/app-registration/credential-expiry.ts";
import type { CredentialRecord } from "../../lib/app-registration/credential-record.ts";
import { countText } from "../../lib/domain/count-text.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";
import type { Style } from "../output/style.ts";
import { table } from "../output/table.ts";
import { wrapToPage } from "../output/wrap-text.ts";
import type { Renderer, View } from "../run-command.ts";

/** The credentials of the app as a table, with what proves each one below it. */
export function credentialsRenderer(): Renderer<CredentialRecord> {
  const records: CredentialRecord[] = [];
  return {
    onRecord: (record) => {
      records.push(record);
      return "";
    },
    onEnd: (style, page) => {
      if (records.length === 0) return "";
      const rows = [headings, ...records.map(cellsOf)];
      const paint = (cell: string, column: number) => painted(cell, column, style);
      const width = Math.max(
        ...table(rows)
          .split("\n")
          .map((line) => stringWidth(line)),
      );
      if (page !== undefined && width > page.columns)
        return records.map((record) => credentialView(record, style, page)).join("\n");
      const [head, ...lines] = table(page === undefined ? rows.slice(1) : rows, paint).split("\n");
      const shown = page === undefined ? [head ?? "", ...lines] : lines;
      const below = (index: number) => wrapToPage(`  ${style.dim(plainLine(proofOf(records[index])))}`, page);
      const text = shown.map((line, index) => `${line}\n${below(index)}`);
      return [...(page === undefined || head === undefined ? [] : [head]), ...text].join("\n");
    },
  };
}

/** Only at a terminal: a program reads the rows alone. */
const headings = ["KIND", "NAME", "ENDS", "USED"];

const cellsOf = ({ kind, name, daysLeft, inUse }: CredentialRecord): readonly string[] => [
  kind,
  plainLine(name || "(no name)"),
  daysLeft === undefined ? "no end" : daysLeft < 0 ? "over" : `${countText(daysLeft, "day")} left`,
  inUse === undefined ? "in use: unknown" : inUse ? "in use" : "",
];

const proofOf = (credential: CredentialRecord | undefined): string => {
  const { id, issuer, subject, thumbprint } = credential ?? {};
  return [id, issuer === undefined ? thumbprint : `${subject} of ${issuer}`].filter(Boolean).join("  ");
};

function painted(cell: string, column: number, { bold, dim, green, yellow, red }: Style): string {
  if (cell === headings[column]) return dim(cell);
  if (column === 1) return bold(cell);
  if (column === 3) return cell === "in use" ? green(cell) : dim(cell);
  if (column !== 2 || cell === "no end") return cell;
  if (cell === "over") return red(cell);
  return (Number.parseInt(cell, 10) < expiryWarningDays ? yellow : green)(cell);
}

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
