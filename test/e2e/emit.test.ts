import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guid } from "../../src/lib/tenancy/customer.ts";
import { azFor } from "../sandbox/independent/az.ts";
import { azureCli } from "../sandbox/independent/installed.ts";
import { type ProxiedSandbox, runProgram, startProxiedSandbox } from "../sandbox/independent/proxied-sandbox.ts";

const bash = "/bin/bash";

describe.skipIf(azureCli.missing)(`onboard --emit az${azureCli.missing ? `, ${azureCli.name}` : ""}`, () => {
  let sandbox: ProxiedSandbox;
  beforeAll(async () => {
    sandbox = await startProxiedSandbox();
  });
  afterAll(() => sandbox?.stop());

  test("the script admits the app and assigns its roles once, as xtenant would", async () => {
    const { acme } = sandbox.config.customers;
    if (acme?.administrator.kind !== "secret") throw new Error("the config gives acme's administrator no secret");
    const az = await azFor(sandbox);
    const env = { ...(await sandbox.env("az")), AZURE_CORE_ONLY_SHOW_ERRORS: "true" };
    const script = join(sandbox.directory, "acme.sh");
    await writeFile(script, (await sandbox.xtenant("onboard", "acme", "--emit", "az")).stdout);

    const signedOut = await runProgram(bash, [script], env);
    const account = { tenantId: acme.tenantId, clientId: acme.administrator.clientId };
    await az.login(account, await sandbox.secret("acme-administrator"));
    const first = await runProgram(bash, [script], env);
    const second = await runProgram(bash, [script], env);
    const granted = await sandbox.xtenant("grant", "acme", "--least-privilege", "--wait", "--json");
    const verified = await sandbox.xtenant("verify", "acme");

    expect(signedOut.code).not.toBe(0);
    expect(first).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /created service principal[\s\S]*assigned .*Sender[\s\S]*assigned .*Receiver[\s\S]*done/,
      ),
    });
    expect(second).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/existing .*Sender[\s\S]*existing .*Receiver[\s\S]*done/),
    });
    expect(second.stdout).not.toMatch(/created|assigned/);
    expect(granted.stdout.match(/"outcome":"existing"/g)).toHaveLength(2);
    expect(verified.code).toBe(0);
  }, 60_000);
});

const shellcheck = spawnSync("shellcheck", ["--version"]).error ? undefined : "shellcheck";

test.skipIf(shellcheck === undefined)(
  `the script is clean to shellcheck${shellcheck ? "" : " (not installed: skipped)"}`,
  async () => {
    const { azScript } = await import("../../src/lib/onboarding/emit/az.ts");
    const request = {
      customer: "acme",
      tenantId: "t",
      clientId: "c",
      providerTenantId: "p",
      subscriptionId: "s",
      resourceGroup: "it's; rm -rf $HOME",
      namespace: "n",
      assignments: [{ queue: "a/b", roleId: guid("69a216fc-b8fb-44d8-bc22-1f3c2cd27a39"), roleName: "it's a role" }],
    };
    const checked = spawnSync("shellcheck", ["--severity=warning", "-"], {
      input: azScript(request),
      encoding: "utf8",
    });

    expect(checked.stdout).toBe("");
  },
);
