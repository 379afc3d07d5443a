import { createHash } from "node:crypto";
import type { Context } from "hono";
import { html, raw } from "hono/html";

type Html = ReturnType<typeof html>;

const style = `
:root { color-scheme: light dark; --ink: #1b1b1f; --quiet: #55565e; --paper: #ffffff; --ground: #eef1f6; --line: #c9cdd6; --act: #0b5cad; --bad: #a4262c; }
@media (prefers-color-scheme: dark) { :root { --ink: #f2f2f5; --quiet: #b4b6c0; --paper: #23252c; --ground: #14151a; --line: #454853; --act: #7ab8f5; --bad: #f1707b; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 34rem; padding: 2rem; background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; }
header { color: var(--quiet); font-size: .875rem; margin-bottom: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 1rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: 1.25rem 0; padding: .75rem 1rem; }
label { display: block; padding: .25rem 0; }
input[type=text] { font: inherit; padding: .5rem .75rem; width: 100%; border: 1px solid var(--line); border-radius: .5rem; background: var(--paper); color: var(--ink); text-transform: uppercase; }
button { font: inherit; padding: .5rem 1.5rem; margin: .5rem .5rem 0 0; border: 1px solid var(--act); border-radius: .5rem; background: var(--paper); color: var(--act); cursor: pointer; }
button.main { background: var(--act); color: var(--paper); }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
.quiet { color: var(--quiet); font-size: .875rem; }
.bad { color: var(--bad); overflow-wrap: anywhere; }
`;
const styleHash = createHash("sha256").update(style).digest("base64");

/** A whole page without scripts. A form on it may lead only here, and to `target` if one is given. */
export function page(
  context: Context,
  {
    title,
    status = 200,
    target,
  }: { readonly title: string; readonly status?: 200 | 400 | 403; readonly target?: string },
  content: Html,
) {
  const formAction = target === undefined ? "'self'" : `'self' ${new URL(target).origin}`;
  const headers = {
    "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
  };
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – xtenant sandbox</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<header>xtenant sandbox, in place of Microsoft Entra ID</header>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
  return context.html(document, status, headers);
}
