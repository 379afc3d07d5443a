import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const executablePath = "/usr/bin/chromium";

/** The reason why Debian's Chromium cannot be used here, for the name of a skipped test. */
export const missingChromium = existsSync(executablePath) ? undefined : "needing Debian's chromium";

/**
 * A headless browser with an empty profile that makes no requests of its own. It trusts the sandbox's pages without a
 * check.
 */
export async function openChromium() {
  const profile = await mkdtemp(join(tmpdir(), "xtenant-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    ignoreHTTPSErrors: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  return {
    newPage: () => context.newPage(),
    [Symbol.asyncDispose]: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
