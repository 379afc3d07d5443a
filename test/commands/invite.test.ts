import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { grant } from "../../src/commands/grant.ts";
import { list } from "../../src/commands/invite/list.ts";
import { invite } from "../../src/commands/invite.ts";
import { onboard } from "../../src/commands/onboard/onboard-steps.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { Failure } from "../../src/lib/errors/failure.ts";
import { configOf, fakeContext, threeCustomers } from "../fakes/context.ts";
import { openFolder } from "../fakes/folder.ts";

const acme = parseCustomerName("acme");
const days = 86_400_000;

test("an invitation is a folder with page, scripts and e-mail, and the config keeps when it was made", async () => {
  await using folder = await openFolder();
  const { context } = fakeContext();

  const [record] = await Array.fromAsync(invite(context, { names: [acme] }, { dir: folder.path }));

  const files = ["invitation.html", "grant-access.sh", "grant-access.bicep", "grant-access.tf", "email.txt"];
  expect(record).toMatchObject({ outcome: "written", folder: join(folder.path, "acme"), files, unknown: [] });
  const [page, script, , , mail] = await Promise.all(
    files.map((name) => readFile(join(folder.path, "acme", name), "utf8")),
  );
  expect(page).toContain("Contoso xtenant asks for access to two queues");
  expect(script).toContain("tenant='aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'");
  expect(mail).toMatch(/^Subject: access of Contoso xtenant to two queues in acme-bus.servicebus.windows.net\n/);
  expect(mail).not.toContain("reminder");
  const { customers } = await context.config.read();
  expect(customers.get(acme)?.invitation).toEqual({ firstAt: record?.madeAt, lastAt: record?.madeAt });
});

test("the name of the provider in the config is shown as not verified", async () => {
  await using folder = await openFolder();
  const { context } = fakeContext({
    ...threeCustomers,
    provider: { ...threeCustomers.provider, name: "Contoso <Ltd>" },
  });

  await Array.fromAsync(invite(context, { names: [acme] }, { dir: folder.path }));

  const page = await readFile(join(folder.path, "acme/invitation.html"), "utf8");
  expect(page).toContain("<h1>Contoso &lt;Ltd&gt; asks for access to two queues</h1>");
  expect(page).toContain("<dt>Provider's name (not verified)</dt><dd>Contoso &lt;Ltd&gt;</dd>");
});

test("a second invitation is a reminder, and the time of the first one stays", async () => {
  await using folder = await openFolder();
  const firstAt = "2026-01-01T00:00:00.000Z";
  const { context } = fakeContext(invited(firstAt));

  const [record] = await Array.fromAsync(invite(context, { names: [acme] }, { dir: folder.path }));

  const mail = await readFile(join(folder.path, "acme/email.txt"), "utf8");
  expect(mail).toMatch(/^Subject: Reminder: /);
  expect(mail).toContain("we wrote to you on 2026-01-01");
  const { customers } = await context.config.read();
  expect(customers.get(acme)?.invitation).toEqual({ firstAt, lastAt: record?.madeAt });
});

test("--dry-run writes neither files nor the config", async () => {
  await using folder = await openFolder();
  const { context } = fakeContext();

  const records = await Array.fromAsync(invite(context, { all: true }, { dir: folder.path, dryRun: true }));

  expect(records.map(({ outcome }) => outcome)).toEqual(["would-write", "would-write", "would-write"]);
  expect(await folder.names()).toEqual([]);
  expect((await context.config.read()).customers.get(acme)?.invitation).toBeUndefined();
});

test("what cannot be read is called unknown, and does not stop the invitation", async () => {
  await using folder = await openFolder();
  const { subscriptionId: _, ...withoutSubscription } = threeCustomers.customers.acme ?? {};
  const { context, said } = fakeContext({ ...threeCustomers, customers: { acme: withoutSubscription } });
  const appRegistrations = () => Promise.reject(new Failure("CredentialUnavailableError", "az is not signed in"));
  const azure = { ...context.azure, appRegistrations };

  const [record] = await Array.fromAsync(invite({ ...context, azure }, { names: [acme] }, { dir: folder.path }));

  expect(record?.unknown).toEqual(["app's name", "publisher", "subscription id"]);
  expect(said).toEqual(["the page does not show the app's name and publisher: az is not signed in"]);
  const page = await readFile(join(folder.path, "acme/invitation.html"), "utf8");
  expect(page).toContain("A provider asks for access");
  expect(page).toContain("<dt>App</dt><dd>not known to the program that made this page</dd>");
  expect(page).toContain("<code>&lt;subscription id&gt;</code>");
});

test("a folder that cannot be written is named, and the customer does not count as invited", async () => {
  await using folder = await openFolder();
  const file = join(folder.path, "a-file");
  await writeFile(file, "");
  const { context } = fakeContext();

  await expect(Array.fromAsync(invite(context, { names: [acme] }, { dir: file }))).rejects.toMatchObject({
    code: "FileUnwritable",
    params: { file: join(file, "acme") },
  });
  expect((await context.config.read()).customers.get(acme)?.invitation).toBeUndefined();
});

test("many invitations are one change of the config, also when a later folder cannot be written", async () => {
  await using folder = await openFolder();
  await writeFile(join(folder.path, "tailspin"), "");
  const { context } = fakeContext();
  const changes: unknown[] = [];
  const change: typeof context.config.change = (edit, options) => {
    changes.push(options);
    return context.config.change(edit, options);
  };

  const inviting = invite({ ...context, config: { ...context.config, change } }, { all: true }, { dir: folder.path });

  await expect(Array.fromAsync(inviting)).rejects.toMatchObject({ code: "FileUnwritable" });
  const { customers } = await context.config.read();
  const invited = [...customers.values()].filter(({ invitation }) => invitation).map(({ name }) => name);
  expect(invited).toEqual(["acme", "fabrikam"]);
  expect(changes).toHaveLength(1);
});

test("list proves consent and roles, and says what is next", async () => {
  const recently = new Date(Date.now() - days).toISOString();
  const { context } = fakeContext(invited("2026-01-01T00:00:00.000Z", recently));
  const options = { remindAfter: 3 * days };
  const states = async () => Array.fromAsync(list(context, { all: true }, options));

  const [before, fabrikam] = await states();
  expect(before).toEqual({
    customer: "acme",
    tenantId: "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
    invitedAt: "2026-01-01T00:00:00.000Z",
    remindedAt: recently,
    consent: "refused",
    send: "unknown",
    listen: "unknown",
    next: "wait",
  });
  expect(fabrikam).toMatchObject({ consent: "refused", next: "invite" });

  await Array.fromAsync(onboard(context, acme, { provision: true, timeout: 1_000 }));
  expect((await states())[0]).toMatchObject({ consent: "given", send: "refused", listen: "refused", next: "wait" });

  await Array.fromAsync(grant(context, acme, {}));
  expect((await states())[0]).toMatchObject({ consent: "given", send: "held", listen: "held", next: "none" });
});

test("--due lists those alone whose last invitation is long ago", async () => {
  const { context } = fakeContext(invited("2026-01-01T00:00:00.000Z"));

  const due = await Array.fromAsync(list(context, { all: true }, { remindAfter: 3 * days, due: true }));

  expect(due).toMatchObject([{ customer: "acme", next: "remind" }]);
});

test("what could not be found out is unknown, with the reason, and never a refusal", async () => {
  const { context } = fakeContext();
  const failure = new Failure("CredentialUnavailableError", "the metadata service did not answer", { shared: true });
  const signIn = () => Promise.reject(failure);
  const azure = { ...context.azure, signIn, connectAsProvider: signIn };

  const [state] = await Array.fromAsync(list({ ...context, azure }, { names: [acme] }, { remindAfter: days }));

  expect(state).toMatchObject({ consent: "unknown", send: "unknown", next: "verify", error: { shared: true } });
});

test("the audit trail knows when consent and roles were first proved, since the customer was last offboarded", async () => {
  await using folder = await openFolder();
  const { context } = fakeContext();
  await Array.fromAsync(onboard(context, acme, { provision: true, timeout: 1_000 }));
  await Array.fromAsync(grant(context, acme, {}));
  const line = (day: number, run: string, command: string, type: string) =>
    JSON.stringify({ audit: "result", run, at: `2026-01-0${day}T00:00:00.000Z`, command, type, customer: "acme" });
  const lines = [
    line(1, "a", "onboard", "consented"),
    line(2, "b", "offboard", "service-principal"),
    line(3, "c", "onboard", "consented"),
    line(4, "c", "onboard", "effective"),
    line(5, "c", "onboard", "effective"),
    line(6, "d", "onboard", "consented"),
    line(7, "d", "grant", "effective"),
  ];
  const auditFile = join(folder.path, "audit.ndjson");
  await writeFile(auditFile, `${lines.join("\n")}\n`);
  const config = { ...context.config, read: async () => ({ ...(await context.config.read()), auditFile }) };

  const [state] = await Array.fromAsync(list({ ...context, config }, { names: [acme] }, { remindAfter: days }));

  expect(state).toMatchObject({
    consentSeenAt: "2026-01-03T00:00:00.000Z",
    roleSeenAt: "2026-01-05T00:00:00.000Z",
    next: "none",
  });
});

/** The three customers, of which acme was invited. */
function invited(firstAt: string, lastAt = firstAt) {
  const { acme: entry, ...others } = threeCustomers.customers;
  const document = { ...threeCustomers, customers: { acme: { ...entry, invitation: { firstAt, lastAt } }, ...others } };
  configOf(document);
  return document;
}
