import { spawnSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseGuid } from "../../src/lib/domain/customer.ts";
import { azFor } from "../independent/az.ts";
import { azureCli } from "../independent/installed.ts";
import { type ProxiedSandbox, runProgram, startProxiedSandbox } from "../independent/proxied-sandbox.ts";

const bash = "/bin/bash";

describe.skipIf(azureCli.missing)(`onboard --emit az${azureCli.missing ? `, ${azureCli.name}` : ""}`, () => {
  let sandbox: ProxiedSandbox;
  beforeAll(async () => {
    sandbox = await startProxiedSandbox();
  });
  afterAll(() => sandbox?.stop());

  test("the script consents to the app and assigns its roles once, like xtenant", async () => {
    const { acme } = sandbox.config.customers;
    if (acme?.administrator.kind !== "secret") throw new Error("the config gives acme's administrator no secret");
    const az = await azFor(sandbox);
    const script = join(sandbox.directory, "acme.sh");
    await writeFile(script, (await sandbox.xtenant("onboard", "acme", "--emit", "az", "--with-queues")).stdout);

    const signedOut = await runProgram(bash, [script], az.env);
    const account = { tenantId: acme.tenantId, clientId: acme.administrator.clientId };
    await az.signIn(account, await sandbox.secret("acme-administrator"));
    const first = await runProgram(bash, [script], az.env);
    const second = await runProgram(bash, [script], az.env);
    const granted = await sandbox.xtenant("grant", "acme", "--wait", "--json");
    const verified = await sandbox.xtenant("verify", "acme");

    expect(signedOut.code).not.toBe(0);
    expect(first).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /existing \S+commands\n[\s\S]*created service principal[\s\S]*assigned .*Sender[\s\S]*assigned .*Receiver[\s\S]*done/,
      ),
    });
    expect(second).toMatchObject({
      code: 0,
      // Resource Manager updates an assignment that is sent again under its name.
      stdout: expect.stringMatching(/assigned .*Sender[\s\S]*assigned .*Receiver[\s\S]*done/),
    });
    expect(second.stdout).not.toMatch(/created/);
    expect(granted.stdout.match(/"outcome":"existing"/g)).toHaveLength(2);
    expect(verified.code).toBe(0);
  }, 120_000);

  test("with --with-namespace it creates the namespace and its queues", async () => {
    const { fabrikam } = sandbox.config.customers;
    if (fabrikam?.administrator.kind !== "secret") throw new Error("the config gives fabrikam no secret");
    const config = await variant((customers) => {
      Object.assign(customers.fabrikam, { namespace: "fabrikam-new.servicebus.localhost" });
    });
    const x = (...args: string[]) => sandbox.xtenant(...args, "--config", config);
    const az = await azFor(sandbox);
    const script = join(sandbox.directory, "fabrikam.sh");
    await writeFile(script, (await x("onboard", "fabrikam", "--emit", "az", "--with-namespace")).stdout);
    const account = { tenantId: fabrikam.tenantId, clientId: fabrikam.administrator.clientId };
    await az.signIn(account, await sandbox.secret("fabrikam-administrator"));

    const ran = await runProgram(bash, [script], az.env);
    const verified = await x("verify", "fabrikam");

    expect(ran.stdout.match(/^created \/subscriptions.*/gm)).toHaveLength(3);
    expect([ran.code, verified.code]).toEqual([0, 0]);
  }, 120_000);

  test("the delegation lets a colleague grant these roles to the app, and no other role; xtenant reports the reason", async () => {
    const { tailspin } = sandbox.config.customers;
    if (tailspin?.administrator.kind !== "secret") throw new Error("the config gives tailspin no secret");
    await sandbox.xtenant("onboard", "tailspin", "--provision");
    const az = await azFor(sandbox);
    const account = { tenantId: tailspin.tenantId, clientId: tailspin.administrator.clientId };
    await az.signIn(account, await sandbox.secret("tailspin-administrator"));
    const script = join(sandbox.directory, "tailspin.sh");
    await writeFile(script, (await sandbox.xtenant("onboard", "tailspin", "--emit", "delegation")).stdout);
    const colleague = String((await az.json("ad", "sp", "show", "--id", account.clientId)).id);

    const delegated = await runProgram(bash, [script, colleague], az.env);
    // From here on, the Owner that ran it acts as the colleague, with only the delegated rights.
    const assignments = `/subscriptions/${tailspin.subscriptionId}/providers/Microsoft.Authorization/roleAssignments`;
    const filter = `?api-version=2022-04-01&$filter=principalId%20eq%20'${colleague}'`;
    const { value } = await az.json("rest", "--method", "get", "--url", `${assignments}${filter}`);
    const owner = value.find((one: { properties: { condition: unknown } }) => one.properties.condition === null);
    await az.run("rest", "--method", "delete", "--url", `${owner.id}?api-version=2022-04-01`);
    const tooMuch = await sandbox.xtenant("grant", "tailspin", "--role", "data-owner", "--json");
    const allowed = await sandbox.xtenant("grant", "tailspin", "--wait", "--json");

    expect(delegated).toMatchObject({ code: 0, stdout: expect.stringMatching(/assigned .*with its condition/) });
    expect(tooMuch.code).toBe(5);
    expect(JSON.parse(tooMuch.stderr)).toMatchObject({ error: { code: "ConditionNotFulfilled" } });
    expect(allowed.code).toBe(0);
    expect(allowed.stdout.match(/"outcome":"created"/g)).toHaveLength(2);
  }, 120_000);

  type Customers = Record<"acme" | "fabrikam" | "tailspin", Record<string, unknown>>;

  async function variant(edit: (customers: Customers) => void): Promise<string> {
    const document = JSON.parse(await readFile(join(sandbox.directory, "xtenant.json"), "utf8"));
    edit(document.customers);
    const file = join(sandbox.directory, "variant.json");
    await writeFile(file, JSON.stringify(document));
    return file;
  }
});

const shellcheck = spawnSync("shellcheck", ["--version"]).error ? undefined : "shellcheck";

test.skipIf(shellcheck === undefined)(
  `shellcheck finds no problem in the scripts${shellcheck ? "" : " (not installed: skipped)"}`,
  async () => {
    const { azScript } = await import("../../src/lib/onboarding/emit/az-script.ts");
    const { delegationScript } = await import("../../src/lib/onboarding/emit/delegation-script.ts");
    const request = {
      customer: "acme",
      tenantId: "t",
      clientId: "c",
      providerTenantId: "p",
      subscriptionId: "s",
      resourceGroup: "it's; rm -rf $HOME",
      namespace: "n",
      cloud: "public",
      creates: "namespace" as const,
      assignments: [
        { queue: "a/b", roleId: parseGuid("69a216fc-b8fb-44d8-bc22-1f3c2cd27a39"), roleName: "it's a role" },
      ],
    };
    const scripts = [azScript(request), azScript({ ...request, creates: "nothing" }), delegationScript(request)];
    const said = scripts.map(
      (input) => spawnSync("shellcheck", ["--exclude=SC2016", "-"], { input, encoding: "utf8" }).stdout,
    );

    expect(said).toEqual(["", "", ""]);
  },
);

const terraform = spawnSync("terraform", ["version"]).error ? undefined : "terraform";

// `terraform validate` needs the providers azurerm and azuread, and the Bicep compiler comes with NuGet. No registry that this
// project uses has them. test/lib/onboarding/emit-grammar.test.ts parses both languages.
test.skipIf(terraform === undefined)(
  `terraform reads its files, and would not format them otherwise${terraform ? "" : " (not installed: skipped)"}`,
  async () => {
    const folder = join(import.meta.dirname, "../golden/emit");
    const names = (await readdir(folder)).filter((name) => name.startsWith("terraform"));
    const checked = await Promise.all(
      names.map(async (name) => {
        const input = await readFile(join(folder, name), "utf8");
        const { status, stderr } = spawnSync("terraform", ["fmt", "-check", "-diff", "-"], { input, encoding: "utf8" });
        return [name, status, /Error/.test(stderr)];
      }),
    );

    expect(names.length).toBeGreaterThan(2);
    expect(checked).toEqual(names.map((name) => [name, 0, false]));
    expect(spawnSync("terraform", ["fmt", "-check", "-"], { input: "resource {", encoding: "utf8" }).status).not.toBe(
      0,
    );
  },
);
