import { createHash } from "node:crypto";
import type { Customer } from "../domain/customer.ts";
import { htmlLine as escaped } from "../domain/html-text.ts";
import type { ProviderApp } from "../domain/provider-app.ts";
import { pageStyle as style } from "./page-style.ts";

/** Computed when a page is shown: `--url` also loads this file, and hashing loads OpenSSL. */
const styleHash = () => createHash("sha256").update(style).digest("base64");

type ConsentPage = {
  readonly customer: Customer;
  readonly provider: ProviderApp;
  readonly refused: string | undefined;
};

/**
 * The last page that the administrator sees: which app, what it may do now and what it may not do, and the next step. It has
 * no scripts and loads nothing from elsewhere.
 */
export function consentPage({ customer, provider, refused }: ConsentPage) {
  const title = refused ? "Nothing was changed" : "Consent was recorded";
  return {
    html: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${style}</style></head>
<body><main>
${refused ? refusedText(title, refused) : recordedText(title, customer, provider.name)}
<section>
<h2>The app</h2>
<dl>
${
  provider.name
    ? `<dt>Provider's name (not verified)</dt><dd>${escaped(provider.name)}</dd>
`
    : ""
}<dt>Application id</dt><dd><code>${escaped(provider.clientId)}</code></dd>
<dt>Registered in tenant</dt><dd><code>${escaped(provider.tenantId)}</code></dd>
<dt>Your tenant</dt><dd><code>${escaped(customer.tenantId)}</code></dd>
<dt>The provider calls you</dt><dd>${escaped(customer.name)}</dd>
</dl>
</section>
</main></body></html>
`,
    policy: `default-src 'none'; style-src 'sha256-${styleHash()}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const refusedText = (title: string, refused: string) => `<header class="refused"><h1>${title}</h1>
<p>${sentence(escaped(refused))}</p></header>
<section>
<h2>What to do next</h2>
<p>You can close this window. If you want to consent, ask the people who sent you the link for a new one.</p>
</section>`;

const recordedText = (
  title: string,
  { commandQueue, statusQueue, namespace, access }: Customer,
  provider = "the provider",
) => `<header><h1>${title}</h1>
<p>The app of ${escaped(provider)} can now sign in to your tenant. Nothing else is allowed yet.</p></header>
<section>
<h2>Granted</h2>
<ul><li>A service principal of the app is in your tenant, and the app can get tokens for it.</li></ul>
<h2>Not granted</h2>
<ul>
<li>No permission in Microsoft Graph: the app cannot read your users, groups or mail.</li>
<li>No role in Azure: with this consent alone the app cannot open a queue.</li>
</ul>
<h2>What is next</h2>
<p>To let the app exchange messages, an Owner of the namespace <code>${escaped(namespace)}</code> must assign it:</p>
<ul>${wantedRoles({ commandQueue, statusQueue, access })}</ul>
<p>To undo the consent: in the Microsoft Entra admin center, open Enterprise applications, select the application id below, and then select Delete.</p>
<p>You can close this window.</p>
</section>`;

function wantedRoles({ commandQueue, statusQueue, access }: Pick<Customer, "commandQueue" | "statusQueue" | "access">) {
  if (access === "data-owner") return "<li>Azure Service Bus Data Owner on the namespace</li>";
  return [
    `<li>Azure Service Bus Data Sender on the queue <code>${escaped(commandQueue)}</code></li>`,
    `<li>Azure Service Bus Data Receiver on the queue <code>${escaped(statusQueue)}</code></li>`,
  ].join("");
}
