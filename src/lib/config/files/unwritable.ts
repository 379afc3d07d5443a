import { systemErrorText } from "../../domain/system-error.ts";
import { Failure } from "../../errors/failure.ts";

/** SQLite has one code for all its errors. */
const sqliteError = "ERR_SQLITE_ERROR";

/** The failure of a file or a folder that the system does not let us write: a mistake in a path, missing permissions, a full disk. */
export function unwritable(path: string, cause: NodeJS.ErrnoException): Failure {
  const why = cause.code === sqliteError ? cause.message : systemErrorText(cause);
  return new Failure("FileUnwritable", `cannot write ${path}: ${why}`, { params: { file: path }, cause });
}
