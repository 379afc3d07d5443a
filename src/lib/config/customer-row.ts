import {
  type Customer,
  type CustomerName,
  parseCustomerName,
  parseGuid,
  parseNamespaceHost,
  parseNamespaceName,
  parseQueueName,
  parseTag,
  parseTenantId,
  parseTenantReference,
  type TenantReference,
} from "../domain/customer.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";

/** One row of a list of customers, in any file format. `line` is the last line of the row in the file. */
export type Row = { readonly line: number; readonly cells: Readonly<Record<string, unknown>> };

/** The customer that a row describes. If the row has a domain, its tenant id is not known yet. */
export type CustomerRow = {
  readonly line: number;
  readonly name: CustomerName;
  /** Absent where a customer of the config is updated, which keeps its tenant. */
  readonly tenant?: TenantReference;
  /** Only the values of the row. Other values stay as they are in the config, or get their defaults. */
  readonly fields: {
    readonly namespace?: string;
    readonly commandQueue?: string;
    readonly statusQueue?: string;
    readonly subscriptionId?: string;
    readonly resourceGroup?: string;
    readonly namespaceName?: string;
    readonly access?: Customer["access"];
    readonly tags?: Record<string, string>;
  };
};

/** One problem in a list of customers. */
export type RowProblem = { readonly line: number; readonly what: string };

export const columns = [
  "name",
  "tenantId",
  "domain",
  "namespace",
  "commandQueue",
  "statusQueue",
  "subscriptionId",
  "resourceGroup",
  "namespaceName",
  "access",
  "tags",
] as const;
type Column = (typeof columns)[number];

/** How much of the name of an unknown column is shown. */
const longestColumn = 60;

/**
 * Parses a row: returns a customer, or all problems of the row. A customer that `isKnown` needs only its name and what changes.
 */
export function customerRow(
  { line, cells }: Row,
  namespaceSuffix: string,
  isKnown: (name: string) => boolean = () => false,
): CustomerRow | readonly RowProblem[] {
  const problems: RowProblem[] = [];
  const read = <T>(column: Column, parse: (text: string) => T): T | undefined => {
    try {
      const text = textOf(cells[column]);
      return text === "" ? undefined : parse(text);
    } catch (error) {
      problems.push({ line, what: `${column}: ${error instanceof Error ? error.message : String(error)}` });
      return undefined;
    }
  };
  const written = (column: Column) => cells[column] !== undefined && cells[column] !== "";
  for (const key of Object.keys(cells))
    if (!columns.some((column) => column === key))
      problems.push({ line, what: `${key.slice(0, longestColumn)}: no such column; there are ${columns.join(", ")}` });
  const isUpdate = typeof cells.name === "string" && isKnown(cells.name.trim());
  if (written("tenantId") === written("domain") && !(isUpdate && !written("domain")))
    problems.push({ line, what: "tenantId, domain: expected one of the two" });
  for (const column of ["name", "namespace"] as const)
    if (!written(column) && !(isUpdate && column === "namespace"))
      problems.push({ line, what: `${column}: expected a value` });

  const name = read("name", parseCustomerName);
  const namespace = read("namespace", (text) =>
    parseNamespaceHost(text.includes(".") ? text : `${text}.${namespaceSuffix}`, namespaceSuffix),
  );
  const tenant = read("tenantId", (text) => ({ id: parseTenantId(text) })) ?? read("domain", domainOf);
  const rest = {
    commandQueue: read("commandQueue", parseQueueName),
    statusQueue: read("statusQueue", parseQueueName),
    subscriptionId: read("subscriptionId", parseGuid),
    resourceGroup: read("resourceGroup", (text) => text),
    namespaceName: read("namespaceName", parseNamespaceName),
    access: read("access", accessOf),
    tags: typeof cells.tags === "object" ? tagsOf(cells.tags, problems, line) : read("tags", tags),
  };
  if (problems.length > 0 || name === undefined) return problems;
  return { line, name, ...omitUndefined({ tenant }), fields: omitUndefined({ namespace, ...rest }) };
}

/** Finds names that occur twice. The later line is reported. */
export function twice(rows: readonly Pick<CustomerRow, "line" | "name">[]): readonly RowProblem[] {
  const first = new Map<string, number>();
  return rows.flatMap(({ line, name }) => {
    const before = first.get(name);
    if (before === undefined) first.set(name, line);
    return before === undefined ? [] : [{ line, what: `name: ${name} is on line ${before}, too` }];
  });
}

function textOf(cell: unknown): string {
  if (cell === undefined) return "";
  if (typeof cell !== "string") throw new Error("expected text");
  return cell.trim();
}

function domainOf(text: string): TenantReference {
  const reference = parseTenantReference(text);
  if (!("domain" in reference)) throw new Error("expected a verified domain such as contoso.com; an id is a tenantId");
  return reference;
}

function accessOf(text: string): Customer["access"] {
  if (text !== "least-privilege" && text !== "data-owner") throw new Error("expected least-privilege or data-owner");
  return text;
}

/** `region=eu;tier=gold` */
const tags = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split(";")
      .map((pair) => pair.trim())
      .filter((pair) => pair !== "")
      .map(parseTag),
  );

/** In NDJSON, tags can also be an object. */
function tagsOf(cell: object | null, problems: RowProblem[], line: number): Record<string, string> | undefined {
  try {
    return Object.fromEntries(Object.entries(cell ?? {}).map(([key, value]) => parseTag(`${key}=${textOf(value)}`)));
  } catch (error) {
    problems.push({ line, what: `tags: ${error instanceof Error ? error.message : String(error)}` });
    return undefined;
  }
}
