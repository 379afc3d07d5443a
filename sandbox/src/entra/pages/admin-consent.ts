import { type Context, Hono } from "hono";
import { html } from "hono/html";
import { admit, isAdministrator } from "../../directory.ts";
import type { Environment } from "../../environment.ts";
import { EntraError } from "../entra-error.ts";
import { readForm, readQuery, required } from "../form.ts";
import { choice, type Person, peopleOf, personIn, whoAsks } from "./choice.ts";
import { type ConsentRequest, readRequest, redirectTo } from "./consent-request.ts";
import { page } from "./page.ts";
import type { Proofs } from "./proof.ts";

/** How the two forms of the page differ: where they are, what they ask for, and how they answer. */
type Version = {
  readonly path: "/:tenant/v2.0/adminconsent" | "/:tenant/adminconsent";
  scope(context: Context): string;
  accepted(request: ConsentRequest, tenantId: string): Record<string, string | undefined>;
  declined(request: ConsentRequest): Record<string, string | undefined>;
};

/** `admin_consent=True` comes with a refusal as well; its words are of MicrosoftDocs/azure-docs#114009 (2023-08). */
const second: Version = {
  path: "/:tenant/v2.0/adminconsent",
  scope: (context) => required(readQuery(context), "scope"),
  accepted: ({ scope, state }, tenant) => ({ admin_consent: "True", tenant, scope, state }),
  declined: ({ state }) => ({
    admin_consent: "True",
    error: "access_denied",
    error_description: "AADSTS65004: User declined to consent to access the app.",
    error_uri: "https://login.microsoftonline.com/error?code=65004",
    state,
  }),
};

/** Asks for all that the registration lists, and forgets `state` in its refusal (client credentials flow, v1 form). */
const first: Version = {
  path: "/:tenant/adminconsent",
  scope: () => "https://graph.microsoft.com/.default",
  accepted: ({ state }, tenant) => ({ tenant, state, admin_consent: "True" }),
  declined: () => ({ error: "permission_denied", error_description: "The admin canceled the request" }),
};

/** The pages on which an administrator consents to an app for a whole tenant. */
export function adminConsent(environment: Environment, proofs: Proofs): Hono {
  const app = new Hono();
  for (const version of [second, first]) {
    app.get(version.path, (context) => {
      const request = readRequest(environment, context, version.scope(context));
      return ask(context, request, { people: peopleOf(environment, request.tenant), proof: proofs.issue(context) });
    });
    app.post(version.path, async (context) => {
      const request = readRequest(environment, context, version.scope(context));
      const form = await readForm(context);
      proofs.check(context, form.proof);
      if (form.decision !== "accept")
        return context.redirect(redirectTo(request.redirectUri, version.declined(request)));
      const person = personIn(form, peopleOf(environment, request.tenant));
      accept(environment, request, person);
      return context.redirect(redirectTo(request.redirectUri, version.accepted(request, person.tenant.id)));
    });
  }
  return app;
}

function ask(
  context: Context,
  { asker, tenant, scope, redirectUri }: ConsentRequest,
  { people, proof }: { readonly people: readonly Person[]; readonly proof: string },
) {
  const where = tenant?.displayName ?? "your organization";
  return page(
    context,
    { title: `Admit ${asker.displayName} to ${where}?`, target: redirectUri },
    html`<p>If you accept, this app gets a service principal in ${where}, and may do there what ${where} then gives it roles for.</p>
${whoAsks(asker, scope.split(/\s+/))}
<p class="quiet">Check the app id and the publisher with those who sent you here. Only an administrator can accept.</p>
${choice(people, proof)}`,
  );
}

/** Safe to repeat. Throws 90094 unless the person is an administrator. */
export function accept(
  environment: Environment,
  { asker }: Pick<ConsentRequest, "asker">,
  { tenant, user }: Person,
): void {
  if (!isAdministrator(user))
    throw new EntraError(
      90094,
      `${user.userPrincipalName} cannot consent for the organization. An administrator of ${tenant.displayName} must open the link and accept.`,
    );
  if (asker.registration !== undefined) admit(environment, tenant, asker.registration);
}
