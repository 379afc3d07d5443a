import { open, rename, unlink } from "node:fs/promises";
import { platform } from "node:os";
import { dirname, join } from "node:path";
import { fileExists } from "./file-exists.ts";
import { unwritable } from "./unwritable.ts";

/**
 * Replaces a file as a whole: a temporary file beside it, synced, renamed over it, then the folder synced. A reader sees
 * the old text or the new text, and so does a machine that lost power (POSIX rename). Own code rather than write-file-atomic,
 * which does not sync the folder.
 *
 * @throws Failure "usage", such as for a config in a file system that is read-only
 */
export async function writeFileAtomically(file: string, text: string, mode: number): Promise<void> {
  const temporary = join(dirname(file), `.${crypto.randomUUID()}.tmp`);
  try {
    await using handle = await open(temporary, "wx", mode);
    // The umask applies to new files only, not to a file that is replaced.
    if (await fileExists(file)) await handle.chmod(mode);
    await handle.writeFile(text);
    await handle.sync();
    await rename(temporary, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw unwritable(file, error as NodeJS.ErrnoException);
  }
}

/** Makes new names in the folder durable. Windows cannot open a folder; there a rename is as durable as it gets. */
export async function syncFolder(folder: string, openFile = open): Promise<void> {
  if (platform() === "win32") return;
  await using handle = await openFile(folder, "r");
  await handle.sync();
}
