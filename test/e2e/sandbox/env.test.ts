import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runProgram, startProxiedSandbox } from "../../independent/proxied-sandbox.ts";

test("sandbox env prints variables for a shell, and reports a missing proxy", async () => {
  const sandbox = await startProxiedSandbox();
  onTestFinished(() => sandbox.stop());
  const { stdout } = await sandbox.xtenant("sandbox", "env", "--dir", sandbox.directory, "--for", "az");
  const echoed = await runProgram("sh", ["-c", `${stdout}\necho "$HTTPS_PROXY $REQUESTS_CA_BUNDLE"`]);
  const absent = await sandbox.xtenant("sandbox", "env", "--dir", join(sandbox.directory, "it's elsewhere"));

  expect(echoed.stdout).toBe(`http://127.0.0.1:${sandbox.port} ${join(sandbox.directory, "proxy-ca.pem")}\n`);
  expect(absent).toMatchObject({ code: 6, stderr: expect.stringContaining("--proxy") });
});
