import { constants, stat } from "node:fs";
import { lstat, open } from "node:fs/promises";
import { platform, userInfo } from "node:os";
import { promisify } from "node:util";

type Status = { readonly uid: number; readonly mode: number };

/** Windows has no such mode bits. There, a folder in the user's profile belongs to the user. */
const isOurs = ({ uid, mode }: Status) => platform() === "win32" || (uid === userInfo().uid && (mode & 0o077) === 0);

/** Whether the path is a folder, not a link, that belongs to this user and that no other user can read or write. */
export async function isPrivateFolder(path: string): Promise<boolean> {
  const status = await lstat(path);
  return status.isDirectory() && isOurs(status);
}

/** Files that this program writes are much smaller. */
const largest = 256 * 1024;

/** The text of a file that only this user can access; undefined when it does not exist. Throws for every other file without reading it. */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)).catch(
    (error) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    },
  );
  if (handle === undefined) return undefined;
  await using file = handle;
  const status = await file.stat();
  if (!status.isFile() || !isOurs(status)) throw new Error(`${path} is not a file of yours alone`);
  if (status.size > largest) throw new Error(`${path} is too large`);
  return file.readFile("utf8");
}

/**
 * Whether every user of the machine can write to the file, or put another one in its place. In a folder like /tmp the sticky bit
 * prevents that.
 */
export async function isOpenToAll(path: string): Promise<boolean> {
  if (platform() === "win32") return false;
  // Without `node:fs/promises`: every command that reads a config comes here.
  const status = await promisify(stat)(path);
  const isSticky = status.isDirectory() && (status.mode & 0o1000) !== 0;
  return (status.mode & 0o002) !== 0 && !isSticky;
}
