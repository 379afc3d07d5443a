import { readFile } from "node:fs/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { Failure } from "../../lib/errors/failure.ts";

/**
 * What a customer's administrator does with the link: opens the page, takes the account that it offers, and presses Accept.
 * Returns a line that says where the browser ended up. Only for the sandbox's own page.
 */
export async function acceptConsent(link: string, caFile: string): Promise<string> {
  setDefaultCACertificates([...getCACertificates("default"), await readFile(caFile, "utf8")]);
  const page = await fetch(link);
  const form = new URLSearchParams({ ...fieldsOf(await page.text()), decision: "accept" });
  const cookie = page.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");
  const answer = await fetch(link, {
    method: "POST",
    body: form,
    redirect: "manual",
    headers: { cookie, origin: new URL(link).origin },
  });
  const landed = new URL(answer.headers.get("location") ?? link);
  if (landed.searchParams.get("tenant") === null)
    throw new Failure("Bug", `the consent page answered ${answer.status} instead of a redirect`);
  return `(the administrator accepted; the browser was sent to ${landed.pathname})`;
}

/** The hidden fields, and the radio button that is checked. */
const fieldsOf = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/<input type="(?:hidden|radio)" name="(\w+)" value="([^"]*)"(?: checked)?[^>]*>/g)]
      .filter(([input]) => input.includes("hidden") || input.includes(" checked"))
      .map(([, name, value]) => [name ?? "", value ?? ""]),
  );
