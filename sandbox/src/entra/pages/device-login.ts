import { Hono } from "hono";
import { html } from "hono/html";
import type { Environment } from "../../environment.ts";
import { EntraError } from "../entra-error.ts";
import { readForm } from "../form.ts";
import { findRequestingApp } from "../requesting-app.ts";
import { choice, peopleOf, personIn, whoAsks } from "./choice.ts";
import { page } from "./page.ts";
import type { Proofs } from "./proof.ts";

const path = "/devicelogin";

/** Where a user types the code that a device shows, and signs in for it (RFC 8628 §3.3). */
export function deviceLogin(environment: Environment, proofs: Proofs): Hono {
  const app = new Hono();
  app.get(path, (context) => {
    const code = context.req.query("code");
    if (code === undefined) return page(context, { title: "Enter code" }, codeForm);
    const { signIn, tenant } = findPending(environment, code);
    const asker = findRequestingApp(environment, signIn.clientId, tenant);
    return page(
      context,
      { title: `Sign in to ${asker.displayName}` },
      html`<p>Go on only if you began this sign-in yourself, on a device that you trust.</p>
${whoAsks(asker, signIn.scope.split(/\s+/))}
${choice(peopleOf(environment, tenant), proofs.issue(context))}`,
    );
  });
  app.post(path, async (context) => {
    const form = await readForm(context);
    proofs.check(context, form.proof);
    const { signIn, tenant } = findPending(environment, context.req.query("code") ?? "");
    if (form.decision !== "accept") {
      signIn.outcome = "declined";
      return page(
        context,
        { title: "Declined" },
        html`<p>The device was not signed in. You can close this window.</p>`,
      );
    }
    const person = personIn(form, peopleOf(environment, tenant));
    signIn.outcome = { tenantId: person.tenant.id, userId: person.user.id };
    return page(context, { title: "Signed in" }, html`<p>The device is signed in. You can close this window.</p>`);
  });
  return app;
}

const codeForm = html`<form method="get">
<label for="code">Enter the code that your app or device shows</label>
<input type="text" id="code" name="code" autocomplete="off" autofocus required>
<button class="main">Next</button>
</form>`;

/** Throws 70020 for a code that is no longer pending. */
function findPending({ model, now }: Environment, code: string) {
  const wanted = code.trim().toUpperCase();
  for (const signIn of model.signIns.values())
    if (
      signIn.kind === "device-code" &&
      signIn.userCode === wanted &&
      signIn.outcome === "pending" &&
      now() < signIn.expiresAt
    )
      return { signIn, tenant: model.tenants.get(signIn.tenantId ?? "") };
  throw new EntraError(70020, "That code is not right, has been used, or has expired.");
}
