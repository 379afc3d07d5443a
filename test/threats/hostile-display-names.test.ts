import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonLine } from "../../src/cli/output/failure-json.ts";
import { styleFor } from "../../src/cli/output/style.ts";
import { credentialView } from "../../src/cli/views/credential-view.ts";
import { view as createView } from "../../src/commands/app/create.ts";
import { show, view as showView } from "../../src/commands/app/show.ts";
import { appRegistration, type GraphApplication } from "../../src/lib/azure/graph/application-mapping.ts";
import { composeInvitation } from "../../src/lib/onboarding/invite/invitation.ts";
import { invitationMail } from "../../src/lib/onboarding/invite/invitation-mail.ts";
import { invitationPage } from "../../src/lib/onboarding/invite/invitation-page.ts";
import { readPublisher } from "../../src/lib/onboarding/invite/publisher.ts";
import type { AppRegistrations } from "../../src/lib/ports/azure-services.ts";
import { configOf, fakeContext, threeCustomers } from "../fakes/context.ts";
import { output } from "../fakes/output.ts";
import { foreignText } from "./foreign-text.ts";

const id = "22222222-2222-4222-8222-222222222222";
const endDateTime = "2030-01-01T00:00:00Z";
const plain = styleFor(output(), {}, false);
const document = { ...threeCustomers, provider: { ...threeCustomers.provider, administrator: { kind: "azure-cli" } } };

/** What Graph says of an app, with this text wherever a person has chosen a name. */
function graphApplication(said: string): GraphApplication {
  return {
    ...{ id, appId: id, uniqueName: said, displayName: said, publisherDomain: said, signInAudience: said },
    verifiedPublisher: { displayName: said },
    web: { redirectUris: [said] },
    requiredResourceAccess: [{ resourceAppId: said, resourceAccess: [{ id: said }] }],
    keyCredentials: [{ keyId: said, displayName: said, customKeyIdentifier: said, endDateTime }],
    passwordCredentials: [{ keyId: said, displayName: said, hint: said, endDateTime }],
  };
}

/** All views of an app that has this text in its names, and the records as JSON. */
async function viewsOf(said: string) {
  const app = appRegistration(graphApplication(said), [
    { id: said, name: said, issuer: said, subject: said, audiences: [said] },
  ]);
  const { context, customer } = fakeContext(document);
  const appRegistrations = async () => ({ find: async () => app }) as unknown as AppRegistrations;
  const reading = { ...context, azure: { ...context.azure, appRegistrations } };
  const config = configOf(document);
  const publisher = await readPublisher(reading, config);
  if (publisher instanceof Error) throw publisher;
  const invitation = composeInvitation(config, customer("acme"), {
    publisher,
    creates: "nothing",
    madeAt: new Date(0),
  });
  const shown = await show(reading);
  const created = {
    ...shown,
    uniqueName: said,
    outcome: "existing",
    servicePrincipal: "existing",
    configuredClientId: id,
  } as const;
  return {
    lines: [
      showView(shown, plain),
      createView(created, plain),
      ...shown.credentials.map((one) => credentialView(one, plain)),
    ],
    json: [jsonLine(shown), jsonLine(created)],
    page: invitationPage(invitation),
    mail: invitationMail(invitation),
  };
}

/** Controls, marks that reorder or hide text, and tags; a line break ends a line of ours. */
const hidden = /[^\n\P{Cc}]|[\p{Cf}\u2028\u2029]/u;
/** Each page has a state of its own. */
const tagsOf = (page: string) => page.replaceAll(/state=[\w.-]+/g, "").match(/<[^>]*>/g);
const headersOf = (mail: string) => mail.slice(0, mail.indexOf("\n\n")).split("\n").length;

test("names that a person gave an app, a credential or a publisher have no effect in any view, page or mail", async () => {
  const honest = await viewsOf("Contoso");
  await fc.assert(
    fc.asyncProperty(foreignText, async (said) => {
      const { lines, json, page, mail } = await viewsOf(said);

      expect(lines.map((text) => text.split("\n").length)).toEqual(honest.lines.map((text) => text.split("\n").length));
      for (const text of [...lines, page, mail]) expect(text).not.toMatch(hidden);
      for (const line of json) {
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
        expect(JSON.parse(line)).toMatchObject({ displayName: said });
      }
      expect(tagsOf(page)).toEqual(tagsOf(honest.page));
      expect(headersOf(mail)).toBe(headersOf(honest.mail));
    }),
    { numRuns: 60 },
  );
});
