import type { Style } from "../output/style.ts";

/** On a terminal the headings stand out: a page has many, and most readers look for one. */
export const withBoldHeadings = (text: string, { bold }: Pick<Style, "bold">): string =>
  text.replaceAll(/^(?:Usage:|[A-Z][^\n]*:$)/gm, (heading) => bold(heading));
