import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { missingChromium, openChromium } from "./chromium.ts";
import { launch, openSandbox } from "./xtenant.ts";

describe.skipIf(missingChromium)(`consent in headless Chromium${missingChromium ? `, ${missingChromium}` : ""}`, () => {
  let sandbox: Awaited<ReturnType<typeof openSandbox>>;
  let browser: Awaited<ReturnType<typeof openChromium>>;
  beforeAll(async () => {
    [sandbox, browser] = await Promise.all([openSandbox(), openChromium()]);
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await sandbox?.[Symbol.asyncDispose]();
  });

  /** Runs onboarding to its end, while a person presses a button on the page of its link. */
  async function onboard(
    customer: string,
    press: (page: Awaited<ReturnType<typeof browser.newPage>>) => Promise<void>,
  ) {
    const child = launch(["--config", sandbox.config, "onboard", customer, "--listen", "--quiet"]);
    const stderr = text(child.stderr);
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const closed = once(child, "close");
    const page = await browser.newPage();
    await page.goto(String((await lines.next()).value));
    await press(page);
    await page.waitForURL(/^http:\/\/localhost:\d+\/xtenant\/consent/);
    const [exitCode] = await closed;
    return { exitCode, stderr: await stderr, landed: await page.textContent("main") };
  }

  test("Cancel leads to a page that confirms it; onboarding ends with 4 and changes nothing", async () => {
    const { exitCode, stderr, landed } = await onboard("acme", (page) =>
      page.getByRole("button", { name: "Cancel" }).click(),
    );

    expect({ exitCode, landed }).toEqual({ exitCode: 4, landed: expect.stringMatching(/Nothing was changed/) });
    expect(stderr).toMatch(/declined/);
  });

  test("a user who is not an administrator cannot accept", async () => {
    const page = await browser.newPage();
    const { stdout } = await sandbox.x("onboard", "acme", "--url");
    await page.goto(stdout.trim());
    await page.getByLabel(/staff@acme\.example/).check();
    await page.getByRole("button", { name: "Accept" }).click();

    expect(await page.textContent("main")).toMatch(/AADSTS90094/);
  });

  test("Accept leads to a confirmation, and onboarding ends when a token proves the consent", async () => {
    const { exitCode, stderr, landed } = await onboard("acme", async (page) => {
      expect(await page.textContent("main")).toMatch(/Contoso xtenant[\s\S]*openid/);
      await page.getByRole("button", { name: "Accept" }).click();
    });

    expect({ exitCode, stderr, landed }).toEqual({
      exitCode: 0,
      stderr: "",
      landed: expect.stringMatching(/Consent was recorded/),
    });
  });
});
