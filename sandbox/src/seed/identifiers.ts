import { createHash, randomBytes } from "node:crypto";

/** A GUID that is the same in every run for the same name (version 5, RFC 9562 §5.5). */
export function guid(name: string): string {
  const hash = createHash("sha1").update(`xtenant sandbox: ${name}`).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** A client secret, new in every run. As in Entra, it never starts with `-`, which command lines would take for an option. */
export const newSecret = (): string => randomBytes(2).toString("hex") + randomBytes(27).toString("base64url");
