import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * A program that acts like a person on the sandbox's pages: selects the offered account, presses the button (Accept, or
 * Cancel when DECISION says so), and follows the redirect. Returns its path.
 */
export async function personInBrowser(sandboxFolder: string): Promise<string> {
  const program = join(sandboxFolder, "person-in-browser.cjs");
  await writeFile(program, script(join(sandboxFolder, "ca.pem")));
  await chmod(program, 0o755);
  return program;
}

const script = (caFile: string) => `#!${process.execPath}
const { readFileSync } = require("node:fs");
const tls = require("node:tls");
tls.setDefaultCACertificates([...tls.getCACertificates("default"), readFileSync(${JSON.stringify(caFile)}, "utf8")]);
const fieldsOf = (html) => [...html.matchAll(/<input type="hidden" name="(\\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]);
const post = (address, fields) => fetch(address, { method: "POST", body: new URLSearchParams(fields) });
(async () => {
  const address = process.argv[2];
  const question = await (await fetch(address)).text();
  const user = /name="user" value="([^"]*)" checked/.exec(question)[1];
  const decision = process.env.DECISION ?? "accept";
  const answer = await (await post(address, [...fieldsOf(question), ["user", user], ["decision", decision]])).text();
  const next = /<form method="post" action="([^"]*)"/.exec(answer)?.[1];
  if (next) await post(next, fieldsOf(answer));
})();
`;
