import { spawn } from "node:child_process";
import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createTlsIdentity } from "../../sandbox/src/certificates/tls-identity.ts";
import { configOnDisk } from "../fakes/config-on-disk.ts";
import { hasTerminal } from "./pseudo-terminal.ts";
import { background, cleanEnv, program } from "./xtenant.ts";

const id = (digit: number) => `${digit}`.repeat(8).concat(`-${digit}000-4000-8000-${`${digit}`.repeat(12)}`);

/** A watch of a customer whose services nobody runs: it retries until it is stopped. */
async function watchOfNothing() {
  const {
    file: config,
    path: folder,
    ...disk
  } = await configOnDisk({
    cloud: {
      name: "sandbox",
      authorityHost: "https://localhost:1",
      graphEndpoint: "https://localhost:1/graph",
      armEndpoint: "https://localhost:1/arm",
      serviceBusSuffix: "servicebus.localhost",
      serviceBusEndpoint: "sb://localhost:1",
      managedIdentityEndpoint: "http://127.0.0.1:1",
      caFile: "ca.pem",
    },
    provider: { tenantId: id(1), clientId: id(2), credential: { kind: "managed-identity" } },
    customers: { acme: { tenantId: id(3), namespace: "acme-bus.servicebus.localhost" } },
  });
  await writeFile(join(folder, "ca.pem"), (await createTlsIdentity()).ca);
  onTestFinished(() => disk[Symbol.asyncDispose]());
  const env = { ...cleanEnv, XDG_CONFIG_HOME: folder, XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder };
  return { folder, args: ["--config", config, "poll", "acme", "--watch"], env };
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

test("SIGHUP without a terminal creates a file that was moved away again, and the run goes on", async () => {
  const { folder, args, env } = await watchOfNothing();
  const file = join(folder, "statuses.ndjson");
  const running = background([...args, "--json", "--to-file", file], { env });
  await expect.poll(() => exists(file)).toBe(true);
  await rename(file, `${file}.1`);

  running.kill("SIGHUP");

  await expect.poll(() => exists(file)).toBe(true);
  expect(await running.signal("SIGTERM")).toMatchObject({ exitCode: 130 });
});

test.skipIf(!hasTerminal)("a terminal that hangs up stops a run as Ctrl-C does", async () => {
  const { folder, args, env } = await watchOfNothing();
  const debug = join(folder, "debug.ndjson");
  const line = [process.execPath, program, ...args, "--debug", debug].join(" ");
  // The shell must not replace itself: it leads the session, and the run is its job.
  const terminal = spawn("script", ["--quiet", "--flush", "--command", `${line}; true`, "/dev/null"], {
    env: { ...env, TERM: "xterm" },
  });
  const log = () => readFile(debug, "utf8").catch(() => "");
  await expect.poll(log).toContain('"ECONNREFUSED"');

  terminal.kill("SIGKILL");

  await expect.poll(log).toContain('"event":"ended","exitCode":130');
});
