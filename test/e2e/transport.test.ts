import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ProxiedSandbox, runProgram, startProxiedSandbox } from "../independent/proxied-sandbox.ts";
import { jsonLines, program } from "./xtenant.ts";

let sandbox: ProxiedSandbox;
beforeAll(async () => {
  sandbox = await startProxiedSandbox();
  expect(await sandbox.xtenant("onboard", "acme", "--provision")).toMatchObject({ code: 0 });
  expect(await sandbox.xtenant("grant", "acme", "--role", "data-owner")).toMatchObject({ code: 0 });
});
afterAll(() => sandbox?.stop());

/** The same companies, in a config for Azure. */
async function publicConfig(): Promise<string> {
  const text = await readFile(join(sandbox.directory, "xtenant.json"), "utf8");
  const { provider, customers } = JSON.parse(text.replaceAll(".servicebus.localhost", ".servicebus.windows.net"));
  const credential = { kind: "certificate", certificateFile: "secrets/provider.pem" };
  const file = join(sandbox.directory, "public.json");
  await writeFile(file, JSON.stringify({ provider: { ...provider, credential }, customers }));
  return file;
}

test("behind a proxy that allows only HTTPS, everything works without an option", async () => {
  const config = await publicConfig();
  const env = await sandbox.env("node");
  const args = [program, "--config", config, "-v", "verify", "acme", "--json"];
  const { stdout, stderr } = await runProgram(process.execPath, args, env);

  expect(jsonLines(stdout)).toMatchObject([{ ok: true, transport: "websocket" }]);
  expect(stderr).toContain("acme-bus.servicebus.windows.net: websocket through the proxy (HTTPS_PROXY is set)");
});
