import { expect, test } from "vitest";
import { findCustomer } from "../../src/lib/config/select-customers.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { composeInvitation } from "../../src/lib/onboarding/invite/invitation.ts";
import { invitationMail } from "../../src/lib/onboarding/invite/invitation-mail.ts";
import { invitationPage } from "../../src/lib/onboarding/invite/invitation-page.ts";
import { configOf, threeCustomers } from "../fakes/context.ts";
import { missingChromium, openPage } from "./chromium.ts";

const hostile = `"'><script>document.title='run'</script><img src=https://evil.example/x onerror="document.title='run'">\u202e\n`;

const invitation = () => {
  const config = configOf(threeCustomers);
  return composeInvitation(config, findCustomer(config, parseCustomerName("acme")), {
    publisher: { appName: hostile, domain: hostile, verified: hostile },
    creates: "queues",
    madeAt: new Date(),
  });
};

const opened = () => openPage(invitationPage(invitation()));

test.skipIf(missingChromium)(
  `an invitation in Chromium shows names as text, makes no requests, has tabs without a script and prints all of them${missingChromium ? `, ${missingChromium}` : ""}`,
  async () => {
    const { page, complaints } = await opened();

    const shown = hostile.replace("\u202e", "\\u{202e}").replace("\n", "\\n");
    expect(await page.title()).toBe(`${shown} asks for access to two queues`);
    expect(await page.locator("script, img").count()).toBe(0);
    expect(await page.getByRole("link", { name: "Open the consent page" }).getAttribute("href")).toMatch(
      /^https:\/\/login\.microsoftonline\.com\/aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa\/v2\.0\/adminconsent\?client_id=22222222-/,
    );

    const panels = page.locator(".tabs > div:visible");
    expect(await panels.allTextContents()).toEqual([expect.stringContaining("#!/usr/bin/env bash")]);
    await page.getByText("Bicep", { exact: true }).first().click();
    expect(await panels.allTextContents()).toEqual([expect.stringContaining("param principalId string")]);
    await page.keyboard.press("ArrowRight");
    expect(await panels.allTextContents()).toEqual([expect.stringContaining("required_providers")]);

    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 640 });
      // As a string: it runs in the browser, whose globals these types do not know.
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    }
    const background = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await background()).toBe("rgb(20, 24, 29)");
    await page.emulateMedia({ colorScheme: "light" });
    expect(await background()).toBe("rgb(244, 246, 248)");
    await page.emulateMedia({ media: "print" });
    expect(await panels.count()).toBe(4);
    expect(complaints).toEqual([]);
  },
  30_000,
);

test("a name in the e-mail makes no line of its own", () => {
  const [subject, empty] = invitationMail(invitation()).split("\n");

  expect(subject).toMatch(/^Subject: access of "'><script>.*\\u\{202e\}\\n to two queues in acme-bus/);
  expect(empty).toBe("");
});
