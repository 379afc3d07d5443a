import { expect, test } from "vitest";
import { hideSqliteWarning } from "../../bin/sqlite-warning.ts";

test("only the notice about SQLite is hidden", () => {
  const seen: unknown[] = [];
  const process = { emitWarning: (warning: string | Error) => void seen.push(warning) };
  hideSqliteWarning(process);

  process.emitWarning("SQLite is an experimental feature and might change at any time");
  process.emitWarning("something else");

  expect(seen).toEqual(["something else"]);
});
