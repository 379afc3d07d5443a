import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import type { View } from "../../cli/run-command.ts";
import {
  type Config,
  type ConfigDocument,
  type CustomerRecord,
  type CustomerRow,
  columns,
  customerRecord,
  customerRow,
  findCustomer,
  type RowProblem,
  type TenantId,
  twice,
} from "../../lib/entry/customers.ts";
import { expectedFailure, Failure } from "../../lib/entry/errors.ts";
import { readText, readTextFile } from "../../lib/entry/files.ts";
import { countText, omitUndefined, plainLine, systemErrorText } from "../../lib/entry/values.ts";

type Options = { readonly dryRun?: true; readonly update?: true };
export type Imported = CustomerRecord & { readonly outcome: "added" | "updated" | "would-add" | "would-update" };
type ResolvedRow = CustomerRow & { readonly tenantId: TenantId | undefined };

/** Takes all customers of a list into the config, or none: whatever is wrong is said of every line at once. */
export async function* importCustomers(
  context: Context,
  file: string,
  { dryRun, update }: Options,
): AsyncGenerator<Imported> {
  const { customerList } = await import("../../lib/entry/config-document.ts");
  const config = await context.config.read();
  const list = customerList(await read(context, file));
  const known = new Set<string>(config.customers.keys());
  const isUpdated = (name: string) => update === true && known.has(name);
  const parsed = list.rows.map((row) => customerRow(row, config.cloud.serviceBusSuffix, isUpdated));
  const rows = parsed.filter((row) => "name" in row);
  const resolved = await resolvedRows(context, config, rows);
  const problems = [
    ...list.problems,
    ...parsed.flatMap((row) => ("name" in row ? [] : row)),
    ...twice(rows),
    ...rows
      .filter(({ name }) => known.has(name) && !update)
      .map(({ line, name }) => ({ line, what: `name: ${name} is in the config; --update would change it` })),
    ...resolved.problems,
  ];
  refuse(file, problems);
  if (rows.length === 0) throw new Failure("CustomerListInvalid", `${file} lists no customer`);
  const { parseConfig, readSandboxTenants } = await import("../../lib/entry/config-document.ts");
  const ofSandbox = await readSandboxTenants(config);
  const edit = (document: ConfigDocument) => {
    const changed = withRows(document, resolved.rows, ofSandbox);
    const found = parseConfig(changed, config.file);
    // Only what the list has brought is a matter of its lines.
    if (!("provider" in found)) refuse(file, linesOf(found, rows));
    return changed;
  };
  const changed = await context.config.change(edit, { dryRun: dryRun === true });
  for (const { name } of rows) {
    const outcome = known.has(name) ? "update" : "add";
    const done = outcome === "update" ? "updated" : "added";
    yield { ...customerRecord(findCustomer(changed, name)), outcome: dryRun ? `would-${outcome}` : done };
  }
}

async function read({ terminal }: Context, file: string): Promise<string> {
  const reading = file === "-" ? readText(terminal.stdin, "standard input") : readTextFile(file);
  return reading.catch((cause: NodeJS.ErrnoException) => {
    throw new Failure("FileUnreadable", `cannot read ${file}: ${systemErrorText(cause)}`, {
      params: { file },
      cause,
    });
  });
}

/** A domain that nobody has is wrong in its line; a cloud that does not answer is wrong with none. */
async function resolvedRows({ azure }: Context, config: Config, rows: readonly CustomerRow[]) {
  const problems: RowProblem[] = [];
  const resolved: ResolvedRow[] = [];
  const lookUp = async ({ tenant }: CustomerRow) =>
    tenant && azure.resolveTenant(config.cloud, tenant).catch(expectedFailure);
  const { pMapIterable } = await import("p-map");
  const tenants = pMapIterable(rows, async (row) => ({ row, tenant: await lookUp(row) }), { concurrency: 32 });
  for await (const { row, tenant } of tenants) {
    if (!(tenant instanceof Failure)) resolved.push({ ...row, tenantId: tenant });
    else if (tenant.retryable || tenant.kind === "interrupted") throw tenant;
    else problems.push({ line: row.line, what: `domain: ${tenant.message}` });
  }
  return { rows: resolved, problems };
}

const withRows = (
  document: ConfigDocument,
  rows: readonly ResolvedRow[],
  ofSandbox: (tenantId: string) => object,
): ConfigDocument => {
  const customers = { ...document.customers };
  for (const { name, tenantId, fields } of rows) {
    const ofTenant = tenantId === undefined ? {} : ofSandbox(tenantId);
    const before = { commandQueue: "commands", statusQueue: "statuses", ...ofTenant, ...customers[name] };
    customers[name] = { ...before, ...omitUndefined({ tenantId }), ...fields } as NonNullable<typeof customers>[string];
  }
  return { ...document, customers };
};

const linesOf = (
  problems: readonly { readonly path: string; readonly expected: string }[],
  rows: readonly CustomerRow[],
): readonly RowProblem[] =>
  problems.flatMap(({ path, expected }) => {
    const row = rows.find(({ name }) => path.startsWith(`customers.${name}.`));
    return row ? [{ line: row.line, what: `${path.slice(`customers.${row.name}.`.length)}: ${expected}` }] : [];
  });

/** As many as a person corrects at a time. A list of another kind is wrong in every line. */
const mostProblems = 50;

function refuse(file: string, problems: readonly RowProblem[]): void {
  if (problems.length === 0) return;
  const lines = problems
    .toSorted((one, other) => one.line - other.line)
    .slice(0, mostProblems)
    .map(({ line, what }) => `  line ${line}: ${plainLine(what)}`);
  const others = problems.length - lines.length;
  if (others > 0) lines.push(`  and ${countText(others, "more problem")}`);
  throw new Failure("CustomerListInvalid", [`nothing was imported; ${file} has`, ...lines].join("\n"));
}

export const view: View<Imported> = ({ customer, tenantId, outcome }, { green, yellow }) =>
  `${(outcome.startsWith("would") ? yellow : green)(outcome.replace("-", " "))} ${customer} (tenant ${tenantId})`;

export const importCommand = defineCommand({
  name: "import",
  summary: "add many customers from a list",
  description: `Add the customers of a list to the config file: all of them, or none if a line is wrong. The list is CSV with a header row, or NDJSON with the same names: ${columns.join(", ")}. Give either tenantId or domain; tags as region=eu;tier=gold.`,
  arguments: { file: { description: "the list; - reads standard input", path: true, complete: "file" } },
  options: {
    dryRun: { flags: "--dry-run", description: "show what would be added, and the errors of every line" },
    update: {
      flags: "--update",
      description:
        "also update existing customers; what a row leaves out stays unchanged, and needs no tenant and namespace",
    },
  },
  changes: true,
  run: (context, { file }, options) => importCustomers(context, file, options),
  render: view,
  examples: [
    { line: "xtenant customers import customers.csv --dry-run", what: "check the list, line by line" },
    { line: "xtenant customers import customers.csv", what: "add all customers of the list, or none" },
    {
      line: `echo '{"name":"tailspin","domain":"tailspin.example","namespace":"tailspin-bus.servicebus.windows.net","tags":"region=us"}' | xtenant customers import - --update`,
      what: "read the list from another program and update existing customers",
    },
  ],
  seeAlso: ["customers add", "verify", "onboard"],
});
