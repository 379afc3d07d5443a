import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { createTlsIdentity } from "../../sandbox/src/certificates/tls-identity.ts";
import { openAccess } from "../../src/lib/azure/arm/role-assignments.ts";
import { openDirectory } from "../../src/lib/azure/graph/directory.ts";
import { azureClouds } from "../../src/lib/domain/cloud-endpoints.ts";
import { parseGuid, parseTenantId } from "../../src/lib/domain/customer.ts";
import { raw } from "../fakes/raw-amqp.ts";
import { callOver, performative, receive } from "./attack.ts";
import { frame, openHostileBroker, performativeOf, performatives, type Transport } from "./hostile-broker.ts";

/**
 * `node test/threats/memory.ts [--only text]`: the most memory that a process has while it reads what an attacker sends. The
 * attacker is in this process, and the one that is measured in another. It prints a row of a table for each attack, and ends with 1
 * when one of them needs more than `mostMegabytes`.
 */
const { values, positionals } = parseArgs({
  options: { only: { type: "string", default: "" } },
  allowPositionals: true,
});

const megabyte = 1024 ** 2;
/** A process without an attack needs 250 to 290 MB, because it runs the sources. */
const mostMegabytes = 640;
const id = parseGuid("11111111-1111-4111-8111-111111111111");
const place = { customer: "acme", tenant: parseTenantId(id), namespace: "acme-bus.servicebus.windows.net" };
const credential = { getToken: async () => ({ token: "secret-token", expiresOnTimestamp: Date.now() + 3_600_000 }) };

/** What the measured process does with the port of an attacker. */
const victims: Readonly<Record<string, (port: number) => Promise<unknown>>> = {
  graph: async (port) => {
    const directory = await openDirectory(
      { ...azureClouds.public, graphEndpoint: `https://localhost:${port}` },
      credential,
      place,
    );
    return directory.findServicePrincipal(id).catch((error: unknown) => error);
  },
  arm: async (port) => {
    const cloud = { ...azureClouds.public, armEndpoint: `https://localhost:${port}` };
    const access = await openAccess(cloud, { credential, subscriptionId: id }, place);
    return access.list("/", id).catch((error: unknown) => error);
  },
  amqp: (port) => callOver(port, "amqp", receive),
  websocket: (port) => callOver(port, "websocket", receive),
};

type Answer = (response: ServerResponse) => void;

/** 4 GB of spaces in 4 MB. */
const bomb: Answer = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
  const part = gzipSync(Buffer.alloc(64 * megabyte, 0x20));
  response.end(Buffer.concat(Array.from({ length: 64 }, () => part)));
};
const endless: Answer = (response) => {
  response.writeHead(200, { "content-type": "application/json" });
  const more = () => void (response.writable && response.write(Buffer.alloc(megabyte, 0x20), more));
  more();
};
const honest: Answer = (response) => response.writeHead(404, { "content-type": "application/json" }).end("{}");

/** A message of 160 MB in parts of 32 KB, of which none is the last, on the link and the channel of the first transfer. */
const endlessMessage = () => {
  let isDue = true;
  return (piece: Buffer) => {
    if (!isDue || performativeOf(piece) !== performatives.transfer || piece.includes("$cbs")) return piece;
    isDue = false;
    const handle = handleOf(piece);
    const [zero, tag, more, none] = [raw(0x43), raw(0xa0, 1, 0x31), raw(0x41), raw(0x42)];
    const part = frame(
      Buffer.concat([performative(performatives.transfer, handle, zero, tag, zero, none, more), Buffer.alloc(32_768)]),
    );
    piece.copy(part, 6, 6, 8);
    return Buffer.concat(Array.from({ length: 5_000 }, () => part));
  };
};

/** The first field of a transfer, encoded. The header of its list is short or long. */
function handleOf(transfer: Buffer): Buffer {
  const at = transfer[11] === 0xd0 ? 20 : 14;
  const lengths: Readonly<Record<number, number>> = { 67: 1, 82: 2, 112: 5 };
  return transfer.subarray(at, at + (lengths[transfer[at] ?? 0] ?? 1));
}

/** Sends the bytes behind the first frame that attaches a link. */
const behindAttach = (evilBytes: () => Buffer) => () => {
  let isDue = true;
  return (piece: Buffer) => {
    if (!isDue || performativeOf(piece) !== performatives.attach) return piece;
    isDue = false;
    return Buffer.concat([piece, evilBytes()]);
  };
};
const hugeFrame = Buffer.from([0x7f, 0xff, 0xff, 0xff]);
const emptyFrames = (count: number) => Buffer.alloc(8 * count, frame(Buffer.alloc(0)));

const overHttp = { "an honest answer": honest, "a bomb of 4 GB in gzip": bomb, "a body without end": endless };
const overAmqp = {
  "an honest broker": () => (piece: Buffer) => piece,
  "a message of 160 MB that does not end": endlessMessage,
  "8 million empty frames": behindAttach(() => emptyFrames(8 * megabyte)),
  "64 MB of a frame of 2 GB": behindAttach(() => Buffer.concat([hugeFrame, Buffer.alloc(64 * megabyte)])),
};

type Attacker = AsyncDisposable & { readonly port: number; readonly ca: string };

async function openHttp(answer: Answer): Promise<Attacker> {
  const identity = await createTlsIdentity();
  const certified = { key: identity.privateKey, cert: identity.certificate };
  const server = createServer(certified, ({ url }, response) => {
    response.on("error", () => {});
    // The subscription belongs to the customer. What follows is a request of Microsoft's client.
    if (/^[/]subscriptions[/][^/]*$/.test(url ?? ""))
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ tenantId: id }));
    else answer(response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, ca: identity.ca, [Symbol.asyncDispose]: close };
}

async function openAmqp(attack: () => (piece: Buffer) => Buffer, transport: Transport): Promise<Attacker> {
  const { port, ca, close } = await openHostileBroker(attack(), transport);
  return { port, ca, [Symbol.asyncDispose]: async () => void close() };
}

async function measure(victim: string, { port, ca }: Attacker): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "xtenant-memory-"));
  const caFile = join(folder, "ca.pem");
  await writeFile(caFile, ca);
  const self = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, [self, victim, String(port)], {
    env: { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: caFile },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said = await text(child.stdout);
  await rm(folder, { recursive: true });
  return said.trim();
}

const [victim, port] = positionals;
if (victim !== undefined) {
  const begin = performance.now();
  const outcome = await victims[victim]?.(Number(port));
  const seconds = ((performance.now() - begin) / 1_000).toFixed(1);
  // The figure of getrusage() begins with that of the process that started this one.
  const peak = /VmHWM:\s+(\d+)/.exec(await readFile("/proc/self/status", "utf8"))?.[1];
  const megabytes = Math.round(Number(peak) / 1_024);
  const end = outcome instanceof Error && "code" in outcome ? String(outcome.code) : String(outcome);
  process.stdout.write(`${end} | ${seconds} s | ${megabytes} MB\n`);
  process.exit();
}
const attackers = [
  ...(["graph", "arm"] as const).flatMap((name) =>
    Object.entries(overHttp).map(([what, answer]) => ({ name, what, open: () => openHttp(answer) })),
  ),
  ...(["amqp", "websocket"] as const).flatMap((name) =>
    Object.entries(overAmqp).map(([what, attack]) => ({ name, what, open: () => openAmqp(attack, name) })),
  ),
];
for (const { name, what, open } of attackers) {
  if (!`${name} ${what}`.includes(values.only)) continue;
  await using attacker = await open();
  const row = await measure(name, attacker);
  process.stdout.write(`| ${name} | ${what} | ${row} |\n`);
  if (!(Number(/(\d+) MB$/.exec(row)?.[1]) <= mostMegabytes)) process.exitCode = 1;
}
process.exit();
