import stringWidth from "fast-string-width";
import type { JsonValue } from "../../lib/domain/json-value.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";
import { escapeHidden, safeJson } from "../../lib/domain/safe-json.ts";
import { Failure } from "../../lib/errors/failure.ts";
import { printable } from "./failure-json.ts";
import type { OutputFormat, RecordWriter, ResultShape } from "./output-format.ts";
import { table } from "./table.ts";

/** A JMESPath expression that was compiled. */
type Query = (value: JsonValue) => JsonValue;

/**
 * Prepares the output of results in a format, each as `--json` prints it. The query is applied to the complete list, as in `az`, or
 * to the one result. In a stream it is applied to each record, and a record for which it gives null is left out.
 *
 * @throws Failure "usage" for a query that is no JMESPath expression
 */
export async function openRecordWriter(
  format: OutputFormat,
  query: string | undefined,
): Promise<(shape: ResultShape) => RecordWriter> {
  const select = query === undefined ? undefined : await compileQuery(query);
  const layout = await layouts[format]();
  return (shape) => (shape === "stream" ? streamWriter(layout, select) : completeWriter(layout, select, shape));
}

async function compileQuery(expression: string): Promise<Query> {
  const { compile, TreeInterpreter } = await import("@jmespath-community/jmespath");
  const invalid = (cause: unknown) =>
    new Failure("UsageInvalidValue", `--query: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  try {
    // `acme` is text, as for az, and not only JSON.
    const tree = compile(expression, { enable_legacy_literals: true });
    return (value) => {
      try {
        return TreeInterpreter.search(tree, value as never) as JsonValue;
      } catch (cause) {
        throw invalid(cause);
      }
    };
  } catch (cause) {
    throw invalid(cause);
  }
}

function completeWriter(layout: Layout, select: Query | undefined, shape: ResultShape): RecordWriter {
  const results: JsonValue[] = [];
  return {
    write: (some) => {
      const values = some.map(printable);
      if (layout.isByRecord && select === undefined) return layout.open().next(values);
      results.push(...values);
      return "";
    },
    end: () => {
      if (layout.isByRecord && select === undefined) return "";
      const [only = null] = results;
      const value = shape === "one" ? only : results;
      return layout.complete(select ? select(value) : value);
    },
  };
}

function streamWriter(layout: Layout, select: Query | undefined): RecordWriter {
  const printing = layout.open();
  return {
    write: (some) => {
      const values = some.map(printable);
      const selected = select ? values.map(select).filter((value) => value !== null) : values;
      return selected.length === 0 ? "" : printing.next(selected);
    },
    end: () => printing.end?.() ?? "",
  };
}

/** How values become text. */
type Layout = {
  /** A list needs not be complete. */
  readonly isByRecord?: true;
  complete(value: JsonValue): string;
  /** For values that arrive one after the other. */
  open(): { next(values: readonly JsonValue[]): string; readonly end?: () => string };
};

const jsonl: Layout = {
  isByRecord: true,
  complete: (value) => elementsOf(value).map(safeJson).join("\n"),
  open: () => ({ next: (values) => values.map((value) => safeJson(value)).join("\n") }),
};

const json: Layout = {
  complete: (value) => safeJson(value, 2),
  open: () => {
    let isFirst = true;
    return {
      next: (values) => {
        // The comma is on the line before its value: a list that was cut off lacks only its end.
        const text = values.map((value, index) => `${isFirst && index === 0 ? "[" : ","}\n  ${safeJson(value)}`);
        isFirst = false;
        return text.join("\n");
      },
      end: () => (isFirst ? "[]" : "]"),
    };
  },
};

/** Values that are no list are lists of one. */
const elementsOf = (value: JsonValue): readonly JsonValue[] => (Array.isArray(value) ? value : [value]);

const isScalar = (value: JsonValue | undefined) => value !== undefined && value !== null && typeof value !== "object";

const isObject = (value: unknown): value is Readonly<Record<string, JsonValue>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Columns of a list of objects: every key that one of them has, in the order in which they appear. */
const columnsOf = (values: readonly JsonValue[]): readonly string[] => [
  ...new Set(values.flatMap((value) => (isObject(value) ? Object.keys(value) : []))),
];

/** Text on one line. What is no text is JSON. */
const cellText = (value: JsonValue | undefined): string =>
  value === undefined || value === null ? "" : typeof value === "string" ? plainLine(value) : safeJson(value);

/** The cells of a value: those of the columns, of a list, or the value itself. */
const cellsOf = (value: JsonValue, columns: readonly string[]): readonly (JsonValue | undefined)[] =>
  isObject(value) ? columns.map((column) => value[column]) : elementsOf(value);

type Rows = {
  readonly columnsOf: (values: readonly JsonValue[]) => readonly string[];
  readonly lines: (values: readonly JsonValue[], columns: readonly string[], withHeading: boolean) => string;
};

/** Lines of cells. The first records of a stream decide the columns of all. */
const rows = ({ columnsOf, lines }: Rows): Layout => ({
  complete: (value) => lines(elementsOf(value), columnsOf(elementsOf(value)), true),
  open: () => {
    let columns: readonly string[] | undefined;
    return {
      next: (values) => {
        const withHeading = columns === undefined;
        columns ??= columnsOf(values);
        return lines(values, columns, withHeading);
      },
    };
  },
});

const tsvLines = (values: readonly JsonValue[], columns: readonly string[]) =>
  values.map((value) => cellsOf(value, columns).map(cellText).join("\t")).join("\n");

const csvLines = (values: readonly JsonValue[], columns: readonly string[], withHeading: boolean) =>
  [...(withHeading && columns.length > 0 ? [columns] : []), ...values.map((value) => cellsOf(flat(value), columns))]
    .map((cells) => cells.map(csvCell).join(","))
    .join("\n");

/**
 * A cell of RFC 4180. A spreadsheet would run text that begins like a formula, so an apostrophe stands before it (OWASP, "CSV
 * Injection").
 */
function csvCell(value: JsonValue | undefined): string {
  const text = cellText(value);
  const safe = typeof value === "string" && /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** An object with the keys of nested objects: `properties.outcome`. */
function flat(value: JsonValue): JsonValue {
  if (!isObject(value)) return value;
  const entries = Object.entries(value).flatMap(([key, nested]): [string, JsonValue][] => {
    const inside = flat(nested);
    return isObject(inside) ? Object.entries(inside).map(([name, cell]) => [`${key}.${name}`, cell]) : [[key, inside]];
  });
  return Object.fromEntries(entries);
}

/** A table has the cells that fit on a line: no lists and no nested objects, as in `az`. */
const tableColumns = (values: readonly JsonValue[]) =>
  columnsOf(values).filter((column) => values.some((value) => isObject(value) && isScalar(value[column])));

function tableLines(values: readonly JsonValue[], columns: readonly string[], withHeading: boolean): string {
  const heads = columns.map((column) => plainLine(`${column.charAt(0).toUpperCase()}${column.slice(1)}`));
  const rows = values.map((value) => cellsOf(value, columns).map(cellText));
  if (!withHeading || heads.length === 0) return table(rows);
  const widths = heads.map((_, column) => Math.max(...[heads, ...rows].map((row) => stringWidth(row[column] ?? ""))));
  return table([heads, widths.map((width) => "-".repeat(width)), ...rows]);
}

async function yaml(): Promise<Layout> {
  const { Document, visit } = await import("yaml");
  const text = (value: JsonValue) => {
    const document = new Document(value);
    // Hidden characters are escapes, which only text in double quotes can have.
    visit(document, {
      Scalar: (_, node) => {
        if (typeof node.value === "string" && escapeHidden(node.value) !== node.value) node.type = "QUOTE_DOUBLE";
      },
    });
    return escapeHidden(document.toString({ lineWidth: 0 }).trimEnd());
  };
  return { complete: text, open: () => ({ next: text }) };
}

const flatColumns = (values: readonly JsonValue[]) => columnsOf(values.map(flat));

const layouts: Readonly<Record<OutputFormat, () => Promise<Layout> | Layout>> = {
  table: () => rows({ columnsOf: tableColumns, lines: tableLines }),
  json: () => json,
  jsonl: () => jsonl,
  yaml,
  tsv: () => rows({ columnsOf, lines: tsvLines }),
  csv: () => rows({ columnsOf: flatColumns, lines: csvLines }),
};
