import { html } from "hono/html";
import { isAdministrator } from "../../directory.ts";
import type { Environment } from "../../environment.ts";
import type { Tenant, User } from "../../model.ts";
import { EntraError } from "../entra-error.ts";
import type { Form } from "../form.ts";
import type { RequestingApp } from "../requesting-app.ts";

/** Somebody who can answer a page, in their own tenant. */
export type Person = { readonly tenant: Tenant; readonly user: User };

/** The users of a tenant, or of all tenants where the page does not say which. */
export const peopleOf = ({ model }: Environment, tenant: Tenant | undefined): readonly Person[] =>
  (tenant === undefined ? [...model.tenants.values()] : [tenant]).flatMap((home) =>
    [...home.users.values()].map((user) => ({ tenant: home, user })),
  );

/** The user that the form names. The sandbox has no passwords: a person at the machine can be any user. Throws 50020. */
export function personIn(form: Form, people: readonly Person[]): Person {
  const person = people.find(({ user }) => user.id === form.user);
  if (person === undefined) throw new EntraError(50020, "The user account does not exist in the tenant.");
  return person;
}

export const whoAsks = ({ displayName, appId, publisher }: RequestingApp, scopes: readonly string[]) => html`<dl>
<dt>App</dt><dd><strong>${displayName}</strong></dd>
<dt>App id</dt><dd>${appId}</dd>
<dt>Publisher</dt><dd>${publisher}</dd>
<dt>Asks for</dt><dd>${scopes.join(", ")}</dd>
</dl>`;

/** The form with which a person answers; it is sent to the page's own address. */
export const choice = (people: readonly Person[], proof: string) => html`<form method="post">
<input type="hidden" name="proof" value="${proof}">
<fieldset>
<legend>Signed in as</legend>
${people.map(
  (
    { user, tenant },
    index,
  ) => html`<label><input type="radio" name="user" value="${user.id}"${index === 0 ? " checked" : ""} required>
${user.userPrincipalName} <span class="quiet">${tenant.displayName}, ${isAdministrator(user) ? user.directoryRoles.join(", ") : "no directory role"}</span></label>`,
)}
</fieldset>
<button class="main" name="decision" value="accept">Accept</button>
<button name="decision" value="cancel">Cancel</button>
</form>`;
