import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { startSandboxProcess } from "../../../sandbox/test/sandbox-process.ts";

test("a program that uses the library keeps its environment, globals, trusted authorities and listeners", async () => {
  const sandbox = await startSandboxProcess();
  onTestFinished(() => sandbox.stop());
  const env = {
    NODE_EXTRA_CA_CERTS: join(sandbox.directory, "ca.pem"),
    AZURE_POD_IDENTITY_AUTHORITY_HOST: `http://127.0.0.1:${sandbox.port}`,
    DEBUG: "none",
    AZURE_LOG_LEVEL: "error",
  };
  const program = join(import.meta.dirname, "library-run.ts");

  const { stdout } = await promisify(execFile)(process.execPath, [program, sandbox.configFile], { env });
  const { tenantId, before, after } = JSON.parse(stdout);

  expect(tenantId).toMatch(/^[0-9a-f-]{36}$/);
  expect(before.environment).toMatchObject(env);
  expect(after).toEqual(before);
});
