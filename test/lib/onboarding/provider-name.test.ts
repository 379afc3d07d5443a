import { expect, test } from "vitest";
import { renderHtmlPage } from "../../../src/cli/status-board/html-page.ts";
import { parseConfig } from "../../../src/lib/config/config.ts";
import { consentPage } from "../../../src/lib/onboarding/consent-page.ts";
import { summarizeStates } from "../../../src/lib/status/state-summary.ts";
import { configDocument } from "../../fakes/config-document.ts";

const withName = (name: string | undefined) => {
  const document = configDocument();
  const config = parseConfig({ ...document, provider: { ...document.provider, name } }, "/x/xtenant.json");
  if (!("provider" in config)) throw new Error(JSON.stringify(config));
  const [customer] = config.customers.values();
  if (customer === undefined) throw new Error("the config has no customer");
  return { provider: config.provider, customer };
};
const summary = summarizeStates([], { credentialDaysLeft: undefined, milliseconds: 1 });

test("the pages for customers name the provider of the config, without effect of its text", () => {
  const { provider, customer } = withName("Contoso <b>Ltd</b>");

  const pages = [
    consentPage({ customer, provider, refused: undefined }).html,
    consentPage({ customer, provider, refused: "it was declined" }).html,
    renderHtmlPage([], summary, provider),
  ];

  for (const page of pages) {
    expect(page).toContain("Contoso &lt;b&gt;Ltd&lt;/b&gt;");
    expect(page).not.toContain("<b>Ltd");
  }
});

test("without a name the pages have the ids of the app, and no empty place", () => {
  const { provider, customer } = withName(undefined);

  expect(consentPage({ customer, provider, refused: undefined }).html).not.toMatch(/undefined|not verified/);
  expect(renderHtmlPage([], summary, provider)).toContain("<h1>Customers</h1>");
});
