/** What an object of an SDK keeps under these names, one inside the other; undefined where a later version has it elsewhere. */
export function readPrivateField(object: unknown, ...names: readonly string[]): unknown {
  let found = object;
  for (const name of names) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}
