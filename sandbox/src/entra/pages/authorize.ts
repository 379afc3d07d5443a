import { type Context, Hono } from "hono";
import { html } from "hono/html";
import type { Environment } from "../../environment.ts";
import { EntraError } from "../entra-error.ts";
import { readForm, readQuery, required } from "../form.ts";
import { isAdmitted } from "../requesting-app.ts";
import { userAudience } from "../resources.ts";
import { keepSignIn } from "../sign-ins.ts";
import { accept } from "./admin-consent.ts";
import { choice, type Person, peopleOf, personIn, whoAsks } from "./choice.ts";
import { type ConsentRequest, readRequest, redirectTo } from "./consent-request.ts";
import { page } from "./page.ts";
import type { Proofs } from "./proof.ts";

const path = "/:tenant/oauth2/v2.0/authorize";
const codeLifetimeMilliseconds = 10 * 60_000;

type AuthorizeRequest = ConsentRequest & {
  readonly codeChallenge: string | undefined;
  readonly nonce: string | undefined;
  readonly responseMode: "query" | "form_post";
};

/** Signs a user in for an app (RFC 6749 §4.1.1); the user consents to an app that the tenant does not know. */
export function authorize(environment: Environment, proofs: Proofs): Hono {
  const app = new Hono();
  app.get(path, (context) => {
    const request = readAuthorize(environment, context);
    const { asker, scope, redirectUri } = request;
    return page(
      context,
      { title: `Sign in to ${asker.displayName}`, target: redirectUri },
      html`${whoAsks(asker, scope.split(/\s+/))}
${choice(peopleOf(environment, request.tenant), proofs.issue(context))}`,
    );
  });
  app.post(path, async (context) => {
    const request = readAuthorize(environment, context);
    const form = await readForm(context);
    proofs.check(context, form.proof);
    if (form.decision !== "accept") return answer(context, request, cancelled);
    const person = personIn(form, peopleOf(environment, request.tenant));
    if (!isAdmitted(request.asker, person.tenant)) accept(environment, request, person);
    return answer(context, request, { code: issueCode(environment, request, person) });
  });
  return app;
}

/** By redirect, or by a form that the browser posts (OAuth 2.0 Form Post Response Mode); without scripts a person posts it. */
function answer(
  context: Context,
  { redirectUri, responseMode, state }: AuthorizeRequest,
  outcome: Record<string, string>,
) {
  const parameters = { ...outcome, ...(state === undefined ? {} : { state }) };
  if (responseMode === "query") return context.redirect(redirectTo(redirectUri, parameters));
  const fields = Object.entries(parameters).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return page(
    context,
    { title: "Signed in", target: redirectUri },
    html`<form method="post" action="${redirectUri}">${fields}<button class="main">Continue</button></form>`,
  );
}

const cancelled = {
  error: "access_denied",
  error_subcode: "cancel",
  error_description: "AADSTS65004: User declined to consent to access the app.",
};

function readAuthorize(environment: Environment, context: Context): AuthorizeRequest {
  const query = readQuery(context);
  if (required(query, "response_type") !== "code")
    throw new EntraError(700054, `response_type '${query.response_type}' is not enabled for the application.`);
  const responseMode = query.response_mode ?? "query";
  if (responseMode !== "query" && responseMode !== "form_post")
    throw new EntraError(90023, `response_mode '${responseMode}' is not supported.`);
  if (query.code_challenge !== undefined && query.code_challenge_method !== "S256")
    throw new EntraError(90023, "The value of 'code_challenge_method' must be S256.");
  const scope = required(query, "scope");
  userAudience(environment.baseUrl, scope);
  const request = readRequest(environment, context, scope);
  return { ...request, codeChallenge: query.code_challenge, nonce: query.nonce, responseMode };
}

const issueCode = (environment: Environment, request: AuthorizeRequest, { tenant, user }: Person) =>
  keepSignIn(environment, {
    kind: "authorization-code",
    tenantId: tenant.id,
    userId: user.id,
    clientId: request.asker.appId,
    scope: request.scope,
    redirectUri: request.redirectUri,
    codeChallenge: request.codeChallenge,
    nonce: request.nonce,
    expiresAt: new Date(environment.now().getTime() + codeLifetimeMilliseconds),
  });
