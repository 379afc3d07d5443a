/**
 * Keeps Node's notice that SQLite is experimental out of standard error. Node 22 prints it when the module is loaded, and with
 * `--json` each line there must be JSON. SQLite locks the files of `--to-file`, and keeps the state of the sandbox.
 */
export function hideSqliteWarning(process: Pick<NodeJS.Process, "emitWarning">): void {
  const emitWarning = process.emitWarning as (...args: readonly unknown[]) => void;
  process.emitWarning = (...args: unknown[]) => {
    const [warning] = args;
    const text = warning instanceof Error ? warning.message : String(warning);
    if (!text.startsWith("SQLite is an experimental feature")) emitWarning.apply(process, args);
  };
}
