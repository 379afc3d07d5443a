import { access } from "node:fs";

/** Without `node:fs/promises`, which takes longer to load than the rest of a search for the config. */
export const fileExists = (file: string): Promise<boolean> =>
  new Promise((resolve) => access(file, (error) => resolve(error === null)));
