import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { onTestFinished } from "vitest";

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

/** A page of one file, with what it requested beside the file, and what it wrote to the console. Ends with the test. */
export async function openPage(html: string) {
  const folder = await mkdtemp(join(tmpdir(), "xtenant-page-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "page.html");
  await writeFile(file, html);
  const browser = await openChromium();
  onTestFinished(() => browser[Symbol.asyncDispose]());
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("request", (request) => request.url().startsWith("file:") || complaints.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(pathToFileURL(file).href);
  return { page, complaints };
}
