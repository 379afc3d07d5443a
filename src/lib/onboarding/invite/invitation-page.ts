import { createHash } from "node:crypto";
import { htmlLine, htmlLines } from "../../domain/html-text.ts";
import { pageStyle } from "../page-style.ts";
import type { AccessWay, Invitation } from "./invitation.ts";

const style = `${pageStyle}
main { max-width: 54rem; }
h1, p, li { overflow-wrap: anywhere; }
dl { grid-template-columns: max-content minmax(0, 1fr); }
h3 { font-size: 1rem; margin: .5rem 0 .25rem; }
.quiet { opacity: .75; }
.button { display: inline-block; padding: .55rem 1.1rem; border-radius: .45rem; background: var(--good); color: light-dark(#fff, #10151a); font-weight: 600; text-decoration: none; }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 0 2rem; }
.columns > div { min-width: 0; }
.columns ul { padding-left: 1.2rem; margin: 0; }
.may li::marker { content: "✓ "; color: var(--good); }
.not li::marker { content: "✗ "; color: var(--bad); }
pre { overflow: auto; max-height: 26rem; font: .82rem/1.45 ui-monospace, monospace; background: color-mix(in srgb, currentColor 6%, transparent); border-radius: .45rem; padding: .75rem; margin: .5rem 0; }
section > pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.tabs { display: flex; flex-wrap: wrap; margin-top: 1rem; }
.tabs > input { position: absolute; opacity: 0; }
.tabs > label { order: 1; padding: .35rem .9rem; border-bottom: 3px solid var(--line); cursor: pointer; }
.tabs > input:checked + label { border-color: var(--good); font-weight: 600; }
.tabs > input:focus-visible + label { outline: 2px solid; outline-offset: -2px; }
.tabs > div { order: 2; width: 100%; display: none; min-width: 0; }
.tabs > input:checked + label + div { display: block; }
.tabs h3 { display: none; }
@media (max-width: 32rem) { dl { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 40rem) { .columns { grid-template-columns: 1fr; } main { padding: 1rem .75rem; } section { padding: .25rem .9rem .75rem; } }
@media print {
  :root { color-scheme: light; }
  body, section { background: none; }
  section { break-inside: auto; }
  .tabs > input, .tabs > label { display: none; }
  .tabs > div, .tabs h3 { display: block; }
  pre { max-height: none; white-space: pre-wrap; overflow-wrap: anywhere; }
  .button { color: inherit; background: none; padding: 0; }
}
`;
/** Computed when a page is made: hashing loads OpenSSL. */
const styleHash = () => createHash("sha256").update(style).digest("base64");

/** Who asks, as a sentence begins with it. */
export const inviterOf = ({ publisher: { verified, appName }, provider }: Invitation): string =>
  verified ?? provider ?? appName ?? "A provider";

/**
 * The page for the customer's administrator, in one file: it has no script, and loads nothing. Foreign text in it has no effect.
 */
export function invitationPage(invitation: Invitation): string {
  const { request, host, madeAt } = invitation;
  const title = `${inviterOf(invitation)} asks for access to two queues`;
  const made = madeAt.toISOString();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${styleHash()}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${htmlLine(title)}</title>
<style>${style}</style>
</head>
<body><main>
<header>
<h1>${htmlLine(title)}</h1>
<p>For the administrators of the tenant <code>${htmlLine(request.tenantId)}</code> and of the Service Bus namespace <code>${htmlLine(host)}</code>. There are two steps: consent, and roles. No secret is exchanged.</p>
<p class="quiet">Made on <time datetime="${made}">${made.slice(0, 16).replace("T", " ")} UTC</time>. This page has no script and loads nothing.</p>
</header>
${whoAsks(invitation)}
${access(invitation)}
${consent(invitation)}
${roles(invitation)}
${checking(invitation)}
${revoking(invitation)}
</main></body>
</html>
`;
}

const row = (term: string, value: string) => `<dt>${term}</dt><dd>${value}</dd>`;
const code = (text: string) => `<code>${htmlLine(text)}</code>`;
const link = (address: string, text: string) => `<a href="${htmlLine(address)}" rel="noreferrer">${text}</a>`;
const block = (text: string) => `<pre><code>${htmlLines(text)}</code></pre>`;
const unknown = "not known to the program that made this page";

const whoAsks = ({ publisher: { appName, domain, verified }, provider, request }: Invitation) => `<section>
<h2>Who asks</h2>
<dl>
${provider === undefined ? "" : row("Provider's name (not verified)", htmlLine(provider))}
${row("App", appName === undefined ? unknown : htmlLine(appName))}
${row("Application id", code(request.clientId))}
${row("Registered in tenant", code(request.providerTenantId))}
${row("Verified publisher", verified === undefined ? (appName === undefined ? unknown : "none") : htmlLine(verified))}
${row("Publisher's domain", domain === undefined ? unknown : htmlLine(domain))}
${row("The provider calls you", htmlLine(request.customer))}
</dl>
<p>A name proves nothing, because anyone can choose it. Compare the application id and the tenant id with those that you got from the provider in another way, for example by telephone.</p>
</section>`;

const access = ({ request: { assignments, namespace } }: Invitation) => `<section>
<h2>What the app may do, and what it may not</h2>
<div class="columns">
<div class="may"><h3>After both steps it may</h3><ul>
${assignments.map(({ roleName, queue }) => `<li>${verbs[roleName] ?? "use"} the queue ${code(queue)}: role <b>${htmlLine(roleName)}</b></li>`).join("\n")}
</ul></div>
<div class="not"><h3>It may not</h3><ul>
<li>read your users, groups, mail or files, or sign in as a user</li>
<li>use another queue of ${code(namespace)}, or create, change or delete a queue</li>
<li>use anything else in your subscription</li>
</ul></div>
</div>
<p>The provider proves its identity to your tenant, which issues a token for about an hour. An attacker who steals the provider's credential can do what the app may do. You can end the access at any time.</p>
</section>`;

const verbs: Readonly<Record<string, string>> = {
  "Azure Service Bus Data Sender": "put messages into",
  "Azure Service Bus Data Receiver": "read and remove messages of",
};

const consent = ({ consentLink, request }: Invitation) => `<section>
<h2>Step 1: consent</h2>
<p>It adds the app to your tenant as an enterprise application, which alone allows no access. It needs a Cloud Application Administrator or an Application Administrator.</p>
<p><a class="button" href="${htmlLine(consentLink)}" rel="noreferrer">Open the consent page</a></p>
<p>The address must begin with ${code(beginningOf(consentLink))} and contain the application id ${code(request.clientId)}:</p>
<p>${code(consentLink)}</p>
<p class="quiet">The script for the Azure CLI and the Terraform module below also do this step.</p>
</section>`;

/** The sign-in host and the tenant. */
const beginningOf = (address: string): string => address.split("/").slice(0, 4).join("/");

const roles = ({ ways, portal, placeholders, request }: Invitation) => `<section>
<h2>Step 2: roles on the two queues</h2>
<p>It needs an Owner, a User Access Administrator or a Role Based Access Control Administrator of the queues. Choose one way; each can be repeated.</p>
${placeholders.length === 0 ? "" : `<p><b>Fill in:</b> the provider does not know your ${placeholders.join(" and ")}. Replace ${placeholders.map((one) => code(`<${one}>`)).join(" and ")} in the file that you use.</p>\n`}<div class="tabs">
${ways.map(tab).join("\n")}
</div>
${
  portal?.namespace === undefined
    ? ""
    : `<p>In the portal: ${[
        link(portal.namespace, `namespace ${code(request.namespace)}`),
        ...[portal.commandQueue, portal.statusQueue].map((address, index) =>
          link(address ?? "", `queue ${code(request.assignments[index]?.queue ?? "")}`),
        ),
      ].join(", ")}.</p>`
}
<p class="quiet">A role takes up to ten minutes to become effective.</p>
</section>`;

/** Radio buttons and style make tabs without a script. */
const tab = ({ title, file, text }: AccessWay, index: number) =>
  `<input type="radio" name="way" id="way-${index}"${index === 0 ? " checked" : ""}><label for="way-${index}">${htmlLine(title)}</label><div><h3>${htmlLine(title)}</h3>${file === undefined ? "" : `<p>The file ${code(file)} beside this page:</p>`}${block(text)}</div>`;

const checking = ({ request: { clientId, providerTenantId }, portal }: Invitation) => `<section>
<h2>Check it at any time</h2>
<p>The owner of the app must be ${code(providerTenantId)}, and the list must show the two roles only:</p>
${block(
  [
    `az ad sp show --id ${clientId} --query appOwnerOrganizationId --output tsv`,
    `az role assignment list --all --assignee ${clientId} --query '[].{role:roleDefinitionName, scope:scope}' --output table`,
  ].join("\n"),
)}
<p>In the portal: ${portal === undefined ? "<i>Enterprise applications</i>" : link(portal.enterpriseApps, "Enterprise applications")}, the app, <i>Permissions</i>: only sign-in. The sign-in logs of service principals show each token that the app gets.</p>
</section>`;

const revoking = ({ request: { clientId } }: Invitation) => `<section>
<h2>End it at any time</h2>
<p>Disable the app. It gets no new token from then on. A token that it already has works until it expires, after about an hour:</p>
${block(`az ad sp update --id ${clientId} --set accountEnabled=false`)}
<p>To remove it, delete its role assignments and then the app:</p>
${block(
  [
    `az role assignment list --all --assignee ${clientId} --query '[].id' --output tsv | while read -r id; do`,
    `  az role assignment delete --ids "$id"`,
    "done",
    `az ad sp delete --id ${clientId}`,
  ].join("\n"),
)}
</section>`;
