import type { Level } from "../../lib/status/customer-state.ts";

type Filtered = {
  readonly name: string;
  readonly level?: Level | undefined;
  readonly tags?: Readonly<Record<string, string>>;
};

/** Whether each word of a filter is a part of the name, the level, or a tag such as `region=eu`. */
export const matchesFilter = (filter: string, { name, level, tags = {} }: Filtered): boolean =>
  filter
    .toLowerCase()
    .split(/\s+/)
    .every(
      (word) =>
        name.includes(word) ||
        level === word ||
        Object.entries(tags).some(([key, value]) => `${key}=${value}`.toLowerCase() === word),
    );
