import { type Context, Hono } from "hono";
import { html } from "hono/html";
import type { Environment } from "../../environment.ts";
import { refusalHeader } from "../../http.ts";
import { EntraError, refusalBody } from "../entra-error.ts";
import { adminConsent } from "./admin-consent.ts";
import { authorize } from "./authorize.ts";
import { deviceLogin } from "./device-login.ts";
import { page } from "./page.ts";
import { createProofs } from "./proof.ts";

/** All that a person sees in a browser. A refusal is a page here, and never a redirect. */
export function pages(environment: Environment): Hono {
  const app = new Hono();
  const proofs = createProofs(environment.now);
  for (const routes of [adminConsent, authorize, deviceLogin]) app.route("/", routes(environment, proofs));
  app.get("/consented", (context) => {
    const declined = context.req.query("error") !== undefined;
    return page(
      context,
      { title: declined ? "Declined" : "Thank you" },
      html`<p>${declined ? "You did not consent to the app." : "Your answer has been recorded."} You can close this window.</p>`,
    );
  });
  app.onError((error, context) => {
    if (!(error instanceof EntraError)) throw error;
    return showRefusal(context, error);
  });
  return app;
}

function showRefusal(context: Context, refusal: EntraError) {
  context.header(refusalHeader, `AADSTS${refusal.code}`);
  const { trace_id, correlation_id, timestamp } = refusalBody(refusal);
  return page(
    context,
    { title: "Sorry, that did not work", status: refusal.status === 401 ? 400 : refusal.status },
    html`<p class="bad" role="alert">${refusal.message}</p>
<dl class="quiet"><dt>Trace ID</dt><dd>${trace_id}</dd><dt>Correlation ID</dt><dd>${correlation_id}</dd><dt>Timestamp</dt><dd>${timestamp}</dd></dl>`,
  );
}
