import { CsvError, parse } from "csv-parse/sync";
import { withoutByteOrderMark } from "../domain/byte-order-mark.ts";
import { parseJson } from "../domain/json-scan.ts";
import { Failure } from "../errors/failure.ts";
import type { Row, RowProblem } from "./customer-row.ts";

/** The rows of a list of customers, and the lines that cannot be read as rows. */
export type CustomerList = { readonly rows: readonly Row[]; readonly problems: readonly RowProblem[] };

/** Reads CSV (RFC 4180) with a header, or NDJSON. A list that begins with a brace is NDJSON. */
export const customerList = (text: string): CustomerList =>
  /^\uFEFF?\s*\{/.test(text) ? fromJsonLines(text) : fromCsv(text);

function fromCsv(text: string): CustomerList {
  const [header, ...records] = recordsOf(text);
  if (header === undefined) throw unusable("the list is empty: a header row was expected");
  const names = header.record;
  const again = names.find((name, index) => names.indexOf(name) !== index);
  if (again !== undefined) throw unusable(`the header names the column ${again} twice`);
  const problems: RowProblem[] = [];
  const rows = records.flatMap(({ record, line }): Row[] => {
    if (record.length === names.length)
      return [{ line, cells: Object.fromEntries(names.map((name, index) => [name, record[index]])) }];
    problems.push({ line, what: `expected ${names.length} cells as in the header, found ${record.length}` });
    return [];
  });
  return { rows, problems };
}

type CsvRecord = { readonly line: number; readonly record: readonly string[] };

function recordsOf(text: string): readonly CsvRecord[] {
  const records: CsvRecord[] = [];
  try {
    parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      on_record: (record: string[], { lines }) => {
        records.push({ line: lines, record });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw unusable(`the list is not CSV: line ${error.lines}: ${csvProblems[error.code] ?? "the line cannot be read"}`);
  }
  return records;
}

const csvProblems: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: "text after a closing quote; a quote inside a quoted cell is written twice",
  INVALID_OPENING_QUOTE: "a quote inside a cell that does not begin with one",
  CSV_QUOTE_NOT_CLOSED: "a quote that is not closed",
};

/** Excel writes semicolons in much of Europe. The header has no quoted names, so that its separator is the one that it contains. */
function delimiterOf(text: string): string {
  const header = text.split("\n", 1)[0] ?? "";
  return [",", ";", "\t"].find((delimiter) => header.includes(delimiter)) ?? ",";
}

function fromJsonLines(text: string): CustomerList {
  const problems: RowProblem[] = [];
  const rows = text.split("\n").flatMap((written, index): Row[] => {
    const line = index + 1;
    if (written.trim() === "") return [];
    try {
      const value: unknown = parseJson(withoutByteOrderMark(written));
      if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("expected an object");
      return [{ line, cells: { ...value } }];
    } catch (error) {
      problems.push({ line, what: `not JSON: ${error instanceof Error ? error.message : String(error)}` });
      return [];
    }
  });
  return { rows, problems };
}

const unusable = (what: string) => new Failure("CustomerListInvalid", what);
