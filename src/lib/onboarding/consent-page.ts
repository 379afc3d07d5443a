import { createHash } from "node:crypto";

const style =
  "body{margin:0;min-height:100vh;display:grid;place-items:center;font:1rem/1.5 system-ui,sans-serif;color-scheme:light dark}main{max-width:32rem;padding:2rem}h1{font-size:1.5rem}";
/** Computed when a page is shown: `--url` also loads this file, and hashing loads OpenSSL. */
const styleHash = () => createHash("sha256").update(style).digest("base64");

/** The last page that the administrator sees. It has no scripts and loads nothing from elsewhere. */
export function consentPage(customer: string, refused: string | undefined) {
  const title = refused ? "Nothing was changed" : "Thank you";
  const text = refused
    ? `${refused}. You can close this window and ask those who sent you the link for a new one.`
    : `Consent to the app was recorded for ${customer}. It can do nothing there until it is given a role. You can close this window.`;
  return {
    html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>${style}</style></head><body><main><h1>${title}</h1><p>${escaped(text)}</p></main></body></html>`,
    policy: `default-src 'none'; style-src 'sha256-${styleHash()}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
