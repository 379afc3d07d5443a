import { constants } from "node:fs";
import { lstat, open } from "node:fs/promises";
import { platform, userInfo } from "node:os";

type Status = { readonly uid: number; readonly mode: number };

/** Windows has no such bits: there a folder under the user's own profile is the user's. */
const isOurs = ({ uid, mode }: Status) => platform() === "win32" || (uid === userInfo().uid && (mode & 0o077) === 0);

/** A folder, no link, that is this user's and that nobody else may look into or write to. */
export async function isPrivateFolder(path: string): Promise<boolean> {
  const status = await lstat(path);
  return status.isDirectory() && isOurs(status);
}

/** What this program wrote is far smaller. */
const largest = 256 * 1024;

/** The text of a file that is this user's alone, undefined where there is none. Throws for every other file, unread. */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch((error) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  await using file = handle;
  const status = await file.stat();
  if (!status.isFile() || !isOurs(status)) throw new Error(`${path} is not a file of yours alone`);
  if (status.size > largest) throw new Error(`${path} is too large`);
  return file.readFile("utf8");
}
