import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { jsonLines, openSandbox } from "./xtenant.ts";

test("the board shows each customer, the source of the counts, and failures; monitors and the page show the same", async () => {
  const sandbox = await openSandbox();
  onTestFinished(() => sandbox[Symbol.asyncDispose]());
  const { x } = sandbox;
  await Promise.all([
    x("onboard", "acme", "--provision").then(() => x("grant", "acme", "--role", "data-owner", "--wait")),
    x("onboard", "fabrikam", "--provision").then(() => x("grant", "fabrikam", "--wait")),
  ]);
  await x("send", "acme", "hello");
  const html = join(sandbox.folder, "board.html");

  const [json, human, one, nagios, prometheus] = await Promise.all([
    x("--json", "status", "--html", html),
    x("status"),
    x("status", "acme"),
    x("status", "--check", "nagios"),
    x("status", "--check", "prometheus"),
  ]);

  const records = jsonLines(json.stdout);
  expect(records).toMatchObject([
    { customer: "acme", level: "ok", commands: { counts: "administration", active: 1, deadLetter: 0, scheduled: 0 } },
    { customer: "fabrikam", level: "ok", commands: { counts: "unknown" }, statuses: { counts: "peek", active: 0 } },
    { customer: "tailspin", level: "critical", consent: "refused", errors: [{ code: "AADSTS700016" }] },
    { type: "summary", customers: 3, ok: 2, critical: 1 },
  ]);
  expect([json.exitCode, human.exitCode, one.exitCode]).toEqual([3, 3, 0]);
  expect(human.stdout).toMatch(/^✓ {2}acme +yes +both +1\/0\/0 +0\/0\/0 +–$/m);
  expect(human.stdout).toMatch(/^✗ {2}tailspin +no /m);
  expect(nagios.exitCode).toBe(2);
  expect(nagios.stdout).toMatch(
    /^XTENANT CRITICAL - 2 of 3 customers are healthy, dead letters of commands not seen for 1 \| ok=2 /,
  );
  expect(prometheus.exitCode).toBe(0);
  expect(prometheus.stdout).toContain('xtenant_customer_up{customer="tailspin"');
  expect(prometheus.stdout).toMatch(/xtenant_queue_messages\{customer="acme",.*role="command".*state="active"\} 1\n/);
  const page = await readFile(html, "utf8");
  expect(page).toContain('<th scope="row">tailspin</th>');
  expect(page).not.toMatch(/(?:src|href)=/);

  const watching = sandbox.tail("--json", "status", "acme", "--watch", "1s");
  for (const type of ["customer", "summary", "customer"])
    expect(jsonLines((await watching.nextLine()) ?? "")).toMatchObject([{ type }]);
  expect(await watching.signal("SIGINT")).toMatchObject({ exitCode: 130 });
}, 60_000);
