import { randomUUID } from "node:crypto";
import { chmod, open, rename, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Replaces a file as a whole, for its owner only: a reader sees the old text or the new text, and nothing between. */
export async function writeFileAtomically(file: string, text: string, mode: number): Promise<void> {
  const temporary = join(dirname(file), `.${randomUUID()}.tmp`);
  try {
    await using handle = await open(temporary, "wx", mode);
    await handle.writeFile(text);
    await handle.sync();
    // The process's umask applies to new files, and the caller names the exact mode.
    await chmod(temporary, mode);
    await rename(temporary, file);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
}
