import { describe, expect, test } from "vitest";
import type { Provider } from "../../../src/lib/config/config.ts";
import { azureClouds } from "../../../src/lib/domain/cloud-endpoints.ts";
import { buildConsentLink, consentState } from "../../../src/lib/domain/consent-link.ts";
import { parseCustomerName, parseGuid, parseTenantId } from "../../../src/lib/domain/customer.ts";
import { acme, ids } from "../../fakes/config-document.ts";

const provider: Provider = {
  tenantId: parseTenantId(ids.contoso),
  clientId: parseGuid(ids.app),
  consentRedirectUri: "https://contoso.example/welcome",
  administrator: { kind: "azure-cli" },
};

describe("a consent link", () => {
  const link = new URL(buildConsentLink(azureClouds.public, provider, acme()));

  test("leads to the customer's own tenant, never to 'common' or 'organizations'", () => {
    expect(link.origin + link.pathname).toBe(`https://login.microsoftonline.com/${ids.acme}/v2.0/adminconsent`);
  });

  test("asks for the app, for sign-in only, and returns to the provider's page", () => {
    const { state, ...parameters } = Object.fromEntries(link.searchParams);

    expect(parameters).toEqual({
      client_id: ids.app,
      scope: "openid",
      redirect_uri: "https://contoso.example/welcome",
    });
    expect(state).toMatch(/^[0-9a-f]{32}\.[\w-]{43}$/);
  });

  test("leads to the sign-in of the configured cloud", () => {
    expect(new URL(buildConsentLink(azureClouds.china, provider, acme())).host).toBe(
      "login.partner.microsoftonline.cn",
    );
  });

  test("is another one each time it is made", () => {
    const states = [1, 2].map(() =>
      new URL(buildConsentLink(azureClouds.public, provider, acme())).searchParams.get("state"),
    );

    expect(new Set(states).size).toBe(2);
  });

  test("carries a state that belongs to its nonce", () => {
    const state = link.searchParams.get("state") ?? "";
    const [nonce = ""] = state.split(".");

    expect(consentState(acme(), nonce)).toBe(state);
  });
});

describe("a consent's state", () => {
  test.each([
    ["name", acme({ name: parseCustomerName("fabrikam") }), "n"],
    ["tenant", acme({ tenantId: parseTenantId(ids.fabrikam) }), "n"],
    ["nonce", acme(), "m"],
  ])("differs with the %s", (_, customer, nonce) => {
    expect(consentState(customer, nonce).split(".")[1]).not.toBe(consentState(acme(), "n").split(".")[1]);
  });

  test("depends on no other field of the customer", () => {
    expect(consentState(acme({ commandQueue: "other" }), "n")).toBe(consentState(acme(), "n"));
  });
});
