import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { connect, createServer } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTlsIdentity } from "../../sandbox/src/certificates/tls-identity.ts";
import { background, openSandbox, xtenant } from "../e2e/xtenant.ts";
import { list, raw, string } from "../fakes/raw-amqp.ts";
import { frame } from "./hostile-broker.ts";

let sandbox: Awaited<ReturnType<typeof openSandbox>>;
beforeAll(async () => {
  sandbox = await openSandbox();
  for (const name of ["acme", "fabrikam"])
    expect(await sandbox.x("onboard", name, "--provision", "--grant", "--role", "data-owner")).toMatchObject({
      exitCode: 0,
    });
});
afterAll(() => sandbox[Symbol.asyncDispose]());

/** What fabrikam's broker sends, on one connection after the other, in the middle of its answers. */
const evils = [
  Buffer.from([0x7f, 0xff, 0xff, 0xff]),
  Buffer.alloc(4_000),
  frame(string("what")),
  frame(raw(0, 0x53, 0x10, list(string("again")))),
  Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"),
];

/** The sandbox's broker behind a certificate of its own. Only connections to fabrikam's namespace are hostile. */
async function openHostileProxy() {
  const [identity, ca] = [await createTlsIdentity(), await readFile(join(sandbox.folder, "ca.pem"), "utf8")];
  const port = Number(/localhost:(\d+)/.exec(sandbox.ready)?.[1]);
  let attacks = 0;
  const server = createServer({ key: identity.privateKey, cert: identity.certificate }, (client) => {
    const broker = connect({ port, host: "127.0.0.1", servername: "localhost", ca });
    let isHostile = false;
    for (const socket of [client, broker])
      socket
        .on("error", () => {})
        .on("close", () => {
          client.destroy();
          broker.destroy();
        });
    client.on("data", (bytes) => {
      isHostile ||= bytes.includes("fabrikam-bus");
      broker.write(bytes);
    });
    broker.on("data", (bytes) => {
      client.write(isHostile ? Buffer.concat([bytes, evils[attacks++ % evils.length] ?? bytes]) : bytes);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const caFile = join(sandbox.folder, "proxy-ca.pem");
  await writeFile(caFile, identity.ca);
  const config = join(sandbox.folder, "hostile.json");
  const document = JSON.parse(await readFile(sandbox.config, "utf8"));
  document.cloud.serviceBusEndpoint = `sb://localhost:${(server.address() as AddressInfo).port}`;
  await writeFile(config, JSON.stringify(document), { mode: 0o600 });
  return { config, env: { NODE_EXTRA_CA_CERTS: caFile }, attacks: () => attacks, close: () => server.close() };
}

test("one customer's hostile broker is reported, and another customer is served, in one process", async () => {
  const hostile = await openHostileProxy();
  const { config, env } = hostile;
  const poll = background(["--config", config, "poll", "acme,fabrikam", "--watch", "--json"], { env });
  const next = async (wanted: object) => {
    for (let line = await poll.nextLine(); line !== undefined; line = await poll.nextLine()) {
      const record = JSON.parse(line);
      if (Object.entries(wanted).every(([name, value]) => record[name] === value)) return record;
    }
    throw new Error("poll has ended");
  };

  expect(await next({ type: "failed", customer: "fabrikam" })).toMatchObject({ error: { code: "InvalidAmqp" } });
  await expect.poll(hostile.attacks).toBeGreaterThan(evils.length);
  await sandbox.x("send", "acme", "still here", "--queue", "status", "--message-id", "one");
  expect(await next({ customer: "acme", messageId: "one" })).toMatchObject({ body: "still here" });

  const stoppedAt = performance.now();
  const { exitCode, stderr } = await poll.signal("SIGINT");
  expect(performance.now() - stoppedAt).toBeLessThan(4_000);
  expect(exitCode).toBe(130);
  for (const line of stderr.split("\n").filter(Boolean)) expect(JSON.parse(line)).toBeTypeOf("object");
  expect(stderr).not.toMatch(/eyJ|Connection \{/);

  const send = await xtenant(["--config", config, "send", "fabrikam", "hi", "--json"], { env });
  expect(send.exitCode).toBe(8);
  expect(send.stderr).toContain('"code":"InvalidAmqp"');
  hostile.close();
}, 90_000);
