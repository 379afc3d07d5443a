import { expect, test } from "vitest";
import { renderHtmlPage as boardPage } from "../../src/cli/status-board/html-page.ts";
import type { CustomerState } from "../../src/lib/status/customer-state.ts";
import { summarizeStates } from "../../src/lib/status/state-summary.ts";
import { missingChromium, openPage } from "./chromium.ts";

const hostile = `"'><script>document.title='run'</script><img src=https://evil.example/x onerror="document.title='run'">\u202e`;

const state = (customer: string, change: Partial<CustomerState> = {}): CustomerState => ({
  type: "customer",
  at: "2026-01-01T12:00:00.000Z",
  customer,
  tenantId: "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
  namespace: "a-namespace-of-the-longest-name-that-there-may-be.servicebus.windows.net",
  level: "ok",
  findings: [],
  consent: "given",
  claims: { send: "held", listen: "held" },
  commands: { queue: "commands", counts: "administration", active: 12_345, deadLetter: 0, scheduled: 0 },
  statuses: { queue: "statuses", counts: "peek", atLeast: true, active: 1_000, deadLetter: 2, scheduled: 0 },
  errors: [],
  ...change,
});

const said = {
  kind: "auth",
  code: "AADSTS700016",
  message: hostile,
  params: { customer: hostile },
  actor: "operator",
  retryable: false,
} as const;
const states = [
  state("acme"),
  state("fabrikam", { level: "warning", findings: ["2 dead letters"] }),
  state(hostile, { level: "critical", namespace: hostile, findings: [hostile], errors: [said] }),
];

const owner = {
  tenantId: "11111111-1111-4111-8111-111111111111",
  clientId: "22222222-2222-4222-8222-222222222222",
};

const opened = () =>
  openPage(boardPage(states, summarizeStates(states, { credentialDaysLeft: 12, milliseconds: 1 }), owner));

test.skipIf(missingChromium)(
  `the board's page in Chromium shows every customer, makes no requests, runs only its own script and fits a telephone${missingChromium ? `, ${missingChromium}` : ""}`,
  async () => {
    const { page, complaints } = await opened();

    // The worst first. Characters that are not letters are shown as text.
    const names = [hostile.replace("\u202e", "\\u{202e}"), "fabrikam", "acme"];
    expect(await page.locator("tbody th").allTextContents()).toEqual(names);
    expect(await page.title()).toBe("critical: 3 customers of app 22222222-2222-4222-8222-222222222222");
    // The level is a word and a sign, not only a colour.
    expect(await page.locator("td.state").allTextContents()).toEqual(["✗ critical", "! warning", "✓ ok"]);
    // Only the page's own script.
    expect(await page.locator("script, img").count()).toBe(1);
    expect(await page.locator("details[open] tbody th").allTextContents()).toEqual(names.slice(0, 2));
    expect(await page.textContent("#age")).toMatch(/^, \d+ seconds? old$/);
    await page.fill("#filter", "acme");
    expect(await page.locator("tbody tr:visible").count()).toBe(1);
    await page.fill("#filter", "");
    await page.locator("details").first().getByRole("button", { name: "Customer" }).click();
    expect(await page.locator("tbody th").allTextContents()).not.toEqual(names.toReversed());

    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 640 });
      // As a string: it runs in the browser, whose globals these types do not know.
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    }
    const heading = `getComputedStyle(document.querySelector("td[data-heading]"), "::before").content`;
    expect(await page.evaluate(heading)).toContain("Namespace");

    const colours = () =>
      page.evaluate(
        `[...document.querySelectorAll("body, td.state")].map((one) => getComputedStyle(one).color).concat(getComputedStyle(document.documentElement).colorScheme)`,
      );
    await page.emulateMedia({ colorScheme: "light" });
    const light = await colours();
    await page.emulateMedia({ colorScheme: "dark" });
    expect(light).toEqual(["rgb(0, 0, 0)", "rgb(179, 38, 30)", "rgb(138, 90, 0)", "rgb(23, 111, 44)", "light dark"]);
    expect(await colours()).toEqual([
      "rgb(255, 255, 255)",
      "rgb(255, 138, 128)",
      "rgb(240, 193, 75)",
      "rgb(111, 208, 137)",
      "light dark",
    ]);
    expect(complaints).toEqual([]);
  },
  30_000,
);
