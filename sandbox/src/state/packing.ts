/**
 * JSON of a value with maps and dates in it, which JSON itself does not know: `{"$map": [[key, value]]}`, `{"$date": iso}`.
 * An object that looks like one of these is wrapped: `{"$plain": object}`.
 */
export const pack = (value: unknown): string => JSON.stringify(packed(value));

function packed(value: unknown): unknown {
  if (value instanceof Date) return { $date: value.toISOString() };
  if (value instanceof Map) return { $map: [...value].map(([key, one]) => [key, packed(one)]) };
  if (Array.isArray(value)) return value.map(packed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, one]) => [name, packed(one)]);
  const plain = Object.fromEntries(entries);
  return entries.length === 1 && /^\$/.test(String(entries[0]?.[0])) ? { $plain: plain } : plain;
}

export const unpack = (text: string): unknown => unpacked(JSON.parse(text));

function unpacked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpacked);
  if (typeof value !== "object" || value === null) return value;
  const [[name, inner] = [], ...others] = Object.entries(value);
  if (others.length === 0 && name === "$date") return new Date(String(inner));
  if (others.length === 0 && name === "$map" && Array.isArray(inner)) return new Map(inner.map(unpackedEntry));
  return unpackedObject(others.length === 0 && name === "$plain" && typeof inner === "object" ? inner : value);
}

const unpackedObject = (value: object) =>
  Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unpacked(one)]));

const unpackedEntry = ([key, value]: readonly [string, unknown]) => [key, unpacked(value)] as const;
