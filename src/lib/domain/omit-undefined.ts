type Defined<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The same object without its undefined fields, so that records and SDK options carry only what is there. */
export function omitUndefined<T extends object>(fields: T): Defined<T> {
  const defined: { -readonly [Key in keyof T]?: Exclude<T[Key], undefined> } = {};
  // A loop, because this runs for each message, and entries cost more than the rest of a record.
  for (const key of Object.keys(fields) as (keyof T)[]) {
    const value = fields[key];
    if (value !== undefined) defined[key] = value as Exclude<T[keyof T], undefined>;
  }
  return defined;
}
