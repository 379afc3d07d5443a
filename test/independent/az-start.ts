import { existsSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Debian's. */
export const az = "/usr/bin/az";

/** The profile in which `test/start-az.ts` started Debian's az once. */
export const firstStart = fileURLToPath(new URL("../../node_modules/.cache/az", import.meta.url));

/**
 * Variables with which az starts in half the time. Python uses its own `distutils`, and does not load all of setuptools for it. It
 * saves what it compiles, also where the user's settings prevent that.
 */
export const quickStart = { SETUPTOOLS_USE_DISTUTILS: "stdlib", PYTHONDONTWRITEBYTECODE: "" } as const;

/**
 * Gives a new profile the index of az's commands. Without one, az loads all its modules at its first start there: a second and a half.
 * az makes a new index when this one has another version.
 */
export async function copyCommandIndex(profile: string, from = firstStart): Promise<void> {
  if (!existsSync(join(from, commandIndex))) return;
  const target = join(profile, commandIndex);
  await mkdir(dirname(target), { recursive: true });
  await cp(join(from, commandIndex), target);
}

export const commandIndex = "commandIndex.json";
