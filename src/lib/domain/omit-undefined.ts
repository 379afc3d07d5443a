type Defined<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The same object without its undefined fields, so that records and SDK options carry only what is there. */
export const omitUndefined = <T extends object>(fields: T): Defined<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
