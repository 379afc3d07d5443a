/** Lock tokens are UUIDs: text in the engine, 16 bytes in network order in `$management`, .NET's order in delivery tags. */

export const tokenToUuid = (token: string): Buffer => Buffer.from(token.replaceAll("-", ""), "hex");

export function uuidToToken(uuid: Buffer): string {
  const hex = uuid.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export const tokenToTag = (token: string): Buffer => swapped(tokenToUuid(token));

export const tagToToken = (tag: Buffer | string): string => uuidToToken(swapped(Buffer.from(tag)));

/** .NET keeps the first three groups of a GUID in little-endian order; swapping is its own inverse. */
function swapped(bytes: Buffer) {
  const [first, second, third] = [bytes.subarray(0, 4), bytes.subarray(4, 6), bytes.subarray(6, 8)];
  return Buffer.concat([...[first, second, third].map((group) => Buffer.from(group).reverse()), bytes.subarray(8)]);
}
